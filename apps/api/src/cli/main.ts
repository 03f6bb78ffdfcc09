import { runCli } from './run-cli';

// The exit code is set, not forced: output that is piped on may still be on its way.
const { stdin, stdout, stderr } = process;
void runCli(process.argv.slice(2), { stdin, stdout, stderr }).then((code) => (process.exitCode = code));
