// Preloaded into each program that a test starts: whoever started it holds the other end of this pipe, so a test that is
// killed leaves nothing behind.
process.stdin.on('end', () => process.kill(process.pid, 'SIGKILL')).resume();
process.stdin.unref();
