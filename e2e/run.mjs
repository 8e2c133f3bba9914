// Runs all browser tests against one server: `npm test`. Closes with the counts of node's test runner.
import { spawn } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { start } from './lib/server.mjs';

const here = fileURLToPath(new URL('.', import.meta.url));
/** The longest file goes first, so that the two workers end at about the same time. */
const LONGEST = 'tests/pages.test.mjs';
const all = readdirSync(`${here}tests`).map((f) => `tests/${f}`);
all.sort((a, b) => (b === LONGEST) - (a === LONGEST) || a.localeCompare(b));
const files = process.argv.length > 2 ? process.argv.slice(2) : all;
const server = await start();
let code = 1;
try {
  const args = ['--test', '--test-concurrency=2', '--test-reporter=spec', ...files];
  const env = { ...process.env, FORECOURT_URL: server.url };
  const tests = spawn(process.execPath, args, { cwd: here, env, stdio: 'inherit' });
  code = await new Promise((resolve) => tests.once('exit', (c) => resolve(c ?? 1)));
} finally {
  const { code: left, early, said } = await server.stop();
  if (left !== 0 || early) {
    console.error(`The server ended with ${left}${early ? ' in the middle of the tests' : ''}:\n${said.slice(-2000)}`);
    code ||= 1;
  }
}
process.exitCode = code;
