// `npm test`: the checks, then every test of every workspace; ends with the line `N passed, N failed`.
// Arguments are vitest's file filters: `npm test -- storage`.
import { relative } from 'node:path';
import { startVitest, type TestCase, type TestModule } from 'vitest/node';
import { runChecks } from './check.ts';

const onCi = process.env['CI'] === 'true';
const counts = await runChecks();
let skipped = 0;

const vitest = await startVitest('test', process.argv.slice(2), { watch: false, reporters: ['default'] });
const modules = vitest.state.getTestModules();
const problems = [
  ...modules.flatMap(judge),
  ...vitest.state.getUnhandledErrors().map(() => 'an unhandled error'),
];
if (modules.length === 0) problems.push('no test was found');
await vitest.close();

counts.failed += problems.length;
for (const problem of problems) console.log(`FAILED ${problem}`);
console.log(`${counts.passed} passed, ${counts.failed} failed${skipped === 0 ? '' : `, ${skipped} skipped`}`);
process.exit(counts.failed === 0 ? 0 : 1);

/** Counts a file's tests and names what failed: tests, and the file or a hook of it outside its tests. */
function judge(module: TestModule): string[] {
  const outside = [module, ...module.children.allSuites()].filter((part) => part.errors().length > 0);
  const tests = [...module.children.allTests()].map(judgeTest).filter((problem) => problem !== undefined);
  const found = [...outside.map((part) => ('fullName' in part ? part.fullName : 'the file')), ...tests];
  return found.map((problem) => `${relative('', module.moduleId)}: ${problem}`);
}

/** A test may be left out only with its reason, and on CI not at all. */
function judgeTest(test: TestCase): string | undefined {
  const result = test.result();
  if (result.state === 'passed') {
    counts.passed += 1;
    return undefined;
  }
  if (result.state === 'failed') return test.fullName;
  const reason = result.state === 'skipped' ? result.note : undefined;
  if (reason === undefined) return `${test.fullName}: did not run, without a reason`;
  if (onCi) return `${test.fullName}: skipped on CI: ${reason}`;
  console.log(`skipped ${test.fullName}: ${reason}`);
  skipped += 1;
  return undefined;
}
