# Runs a command the way a restricted container runs it: every file system read-only but for a fresh /tmp, the configuration from standard
# input mounted at /etc/nginx/nginx.conf, uid 101 without any privilege. Called through `unshare --mount`, so nothing here is seen outside.
set -e
mount --make-rprivate /
mount -t tmpfs -o mode=1777 tmpfs /tmp
mount -t tmpfs -o mode=0755 tmpfs /etc/nginx
cat >/etc/nginx/nginx.conf
cut -d' ' -f5 /proc/self/mountinfo | while read -r point; do
  case $point in
    # What was mounted below is hidden by the mounts above, and cannot be reached by its path.
    /tmp | /tmp/* | /etc/nginx/* | /proc | /proc/*) ;;
    *) mount -o remount,ro,bind "$point" ;;
  esac
done
# The command ends when whoever started it does, whatever happens to that one.
exec setpriv --reuid=101 --regid=101 --clear-groups --inh-caps=-all --bounding-set=-all --no-new-privs --pdeathsig=TERM "$@"
