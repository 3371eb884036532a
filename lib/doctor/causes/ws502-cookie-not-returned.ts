import type { Cause } from './cause';

export const ws502: Cause = {
  code: 'WS502',
  title: 'affinity by a cookie that the client does not give back',
  story: 'Some clients connect and some never do: those on another site, native ones, or those behind a path.',
  why: 'The balancer finds the pod by its cookie. A browser keeps it back when its Path, Domain, Secure or SameSite forbid it; a native client when nobody told it to keep cookies.',
  source: 'https://socket.io/docs/v4/client-options/#withcredentials',
  shows: { 'follow-ups-lost': 'must', 'kept-with-all-cookies': 'must', 'upgrade-fails': 'likely', 'polls-cut': 'may' },
  separates: [
    { from: 'WS501', by: 'kept-with-all-cookies' },
    { from: 'WS547', by: 'kept-with-all-cookies' },
  ],
  fix: [
    'Let the cookie cover the path of Socket.IO, and mark it Secure only where the address is https; from another site it needs SameSite=None; Secure.',
    'In the client set withCredentials: true, and let the server’s CORS allow credentials for exactly that origin.',
    'For clients that keep no cookies: transports: ["websocket"].',
  ],
  runbook: ["curl -si 'https://HOST/PATH/?EIO=4&transport=polling' | grep -i set-cookie"],
};
