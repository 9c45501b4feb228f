/**
 * The beginning of a boot script: what hears of a test on the machine is hidden behind folders of the test's own.
 *
 * @module
 */

/** Shell; `$1` is the scratch folder, with a folder `log`. Afterwards /var/log, /dev and /run are private. */
export const PRIVATE_MACHINE = `
exec >"$1/said" 2>&1
set -eu
mount --bind "$1/log" /var/log
mkdir "$1/dev"
mount -t tmpfs -o mode=755 tmpfs "$1/dev"
for node in null zero full random urandom; do
  : >"$1/dev/$node"
  mount --bind "/dev/$node" "$1/dev/$node"
done
mount --rbind "$1/dev" /dev
mount -t tmpfs -o mode=755 tmpfs /run
mkdir /run/sshd
`;
