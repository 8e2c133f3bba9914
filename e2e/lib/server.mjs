// Starts the demo's desk on a free port over a folder of its own, and ends it.
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The repository's folder. */
export const ROOT = fileURLToPath(new URL('../../', import.meta.url));
/** How many cases the sample bank has; the same seed gives the same bank. */
const CASES = '120';
const SEED = '1';
/** The sample bank is played through first; a slow machine needs a while for it. */
const PATIENCE = 180_000;

function program() {
  const target = process.env.CARGO_TARGET_DIR || join(ROOT, 'target');
  const path = process.env.FORECOURT || join(target, 'debug', 'forecourt');
  if (!existsSync(path)) {
    throw new Error(`${path} is not there. Run \`cargo build -p forecourt\`, or name the program in FORECOURT.`);
  }
  return path;
}

/** Starts the server; returns its address, and `stop`. */
export async function start() {
  const folder = mkdtempSync(join(tmpdir(), 'forecourt-e2e-'));
  const args = ['--data', join(folder, 'data'), 'demo', '--cases', CASES, '--seed', SEED, '--port', '0'];
  const child = spawn(program(), args, { stdio: ['ignore', 'pipe', 'pipe'] });
  const said = [];
  const ended = new Promise((resolve) => child.once('exit', (code, signal) => resolve(code ?? signal)));
  const address = new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error('The server told no address in time.')), PATIENCE);
    const hear = (chunk) => {
      said.push(String(chunk));
      const found = /http:\/\/127\.0\.0\.1:\d+/.exec(said.join(''));
      if (found) {
        clearTimeout(timer);
        resolve(found[0]);
      }
    };
    child.stdout.on('data', hear);
    child.stderr.on('data', (chunk) => said.push(String(chunk)));
    child.once('error', reject);
    ended.then((code) => {
      clearTimeout(timer);
      reject(new Error(`The server ended (${code}) before it listened:\n${said.join('').slice(-2000)}`));
    });
  });
  const stop = async () => {
    // Ended before anybody asked it to: whatever it then answered, or did not, says nothing of the desk.
    const early = child.exitCode !== null || child.signalCode !== null;
    child.kill('SIGTERM');
    const late = setTimeout(() => child.kill('SIGKILL'), 10_000);
    const code = await ended;
    clearTimeout(late);
    rmSync(folder, { recursive: true, force: true });
    return { code, early, said: said.join('') };
  };
  try {
    return { url: await address, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}
