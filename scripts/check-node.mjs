/**
 * The Node version this program needs, checked before anything else is loaded: this file stays readable for very old versions.
 *
 * @returns {void} ends the process with status 1 and one sentence when Node is too old
 */
export function checkNode() {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  if (major > 20 || (major === 20 && minor >= 19)) return;
  process.stderr.write(
    `rolevm needs Node 20.19 or newer; this is Node ${process.versions.node}. Install a newer one from your system or nodejs.org.\n`,
  );
  process.exit(1);
}
