// Loaded before a program, gives its process a system clock that is wrong by as much as the environment says, or stops
// being so at the signal SIGUSR2: `node --import shifted-clock.ts main.js`.

const systemNow = Date.now;
let aheadMs = Number(process.env['TEST_CLOCK_AHEAD_MS'] ?? 0);

Date.now = () => systemNow() + aheadMs;
process.on('SIGUSR2', () => {
  aheadMs = 0;
});
