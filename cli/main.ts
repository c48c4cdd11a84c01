import { dirname } from 'node:path';
import { runCli } from './run-cli.ts';

// A reader that has seen enough (`rolevm logs | head`) closes the pipe: that ends the command and is no error.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  process.exit(error.code === 'EPIPE' ? 0 : 1);
});

// The bundle lies in dist/ of the package.
const invocation = { packageRoot: dirname(__dirname), bundlesDirectory: __dirname, cwd: process.cwd() };

void runCli(process.argv.slice(2), invocation).then((exitCode) => {
  process.exitCode = exitCode;
});
