import type { Directive } from './parse';

/** Every directive that the generated configurations may hold; nginx does not start with one that it does not know. */
const KNOWN = new Set(
  `worker_processes worker_rlimit_nofile worker_shutdown_timeout pid error_log events worker_connections http types default_type server_tokens
  uninitialized_variable_warn map log_format access_log keepalive_timeout keepalive_requests client_header_timeout client_body_timeout large_client_header_buffers
  client_max_body_size proxy_request_buffering proxy_max_temp_file_size client_body_temp_path proxy_temp_path fastcgi_temp_path uwsgi_temp_path scgi_temp_path
  upstream hash zone server keepalive listen server_name absolute_redirect port_in_redirect set if return include proxy_http_version proxy_set_header error_page
  recursive_error_pages location add_header rewrite proxy_pass proxy_buffering proxy_cache proxy_connect_timeout proxy_send_timeout proxy_read_timeout
  proxy_next_upstream proxy_next_upstream_tries proxy_next_upstream_timeout limit_conn_zone limit_conn limit_conn_status limit_conn_log_level client_body_buffer_size`.split(
    /\s+/,
  ),
);
const ENTRIES = new Set(['map', 'types']);

/** Directives that nginx would refuse, with their words. */
export function unknownIn(directives: readonly Directive[]): readonly string[] {
  return directives.flatMap(({ words, body }) => [
    ...(KNOWN.has(words[0] ?? '') ? [] : [words.join(' ')]),
    ...(body === undefined || ENTRIES.has(words[0] ?? '') ? [] : unknownIn(body)),
  ]);
}
