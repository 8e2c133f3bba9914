// Who signs in sees the navigation of the role, and nothing else.
import assert from 'node:assert/strict';
import { enter } from '../lib/desk.mjs';
import { browse } from '../lib/tests.mjs';

const WORK = ['t', 'c', 'v', 'p'];
/** Those who see plans too. */
const PLANS = ['t', 'c', 'v', 'l', 'p'];
const ROLES = {
  handler: { navigation: PLANS, takesIn: true },
  relationship_manager: { navigation: PLANS },
  legal_counsel: { navigation: WORK },
  service_specialist: { navigation: WORK },
  technician: { navigation: WORK },
  supervisor: { navigation: [...PLANS, 'u'], takesIn: true, exports: true, assigns: true },
  compliance: { navigation: [...PLANS, 'u'], exports: true },
  auditor: { navigation: [...PLANS, 'u'], exports: true },
  administrator: { navigation: ['p', 'u'], noCases: true },
};

for (const [role, may] of Object.entries(ROLES)) {
  browse(`${role} signs in by one click and sees only what the role may do`, {}, async (w) => {
    const { page } = w;
    w.expects(404);
    const count = (selector) => page.locator(selector).count();
    const times = (is) => (is ? 1 : 0);
    await enter(page, role);
    assert.deepEqual(
      await page.locator('nav.rail a[data-go]').evaluateAll((all) => all.map((a) => a.dataset.go)),
      may.navigation,
    );
    assert.equal(await count('header a[href="/cases/new"]'), times(may.takesIn), 'button for a new case');
    assert.equal(await count('header form[role=search]'), times(!may.noCases), 'search');
    const list = await page.goto('/cases');
    assert.equal(list.status(), may.noCases ? 404 : 200);
    assert.equal(await count('form[action="/cases/export"]'), times(may.exports), 'export');
    assert.equal(await count('.bar.bulk'), times(may.assigns), 'assign many');
    const form = await page.goto('/cases/new');
    assert.equal(form.status(), may.takesIn ? 200 : 404, 'the form behind the button');
  });
}

browse('signing out ends the session, and signing in leads back to where one was', {}, async ({ page }) => {
  await page.goto('/cases?open=yes&sort=due');
  assert.match(page.url(), /\/sign-in\?next=/);
  await page.click('form:has(input[name=role][value=handler]) button');
  await page.waitForURL('**/cases?open=yes&sort=due');
  await page.click('header summary.who');
  await page.click('form[action="/sign-out"] button');
  await page.waitForURL('**/sign-in');
  await page.goto('/');
  assert.match(page.url(), /\/sign-in/);
});

browse('a wrong password is told, and the user id stays', {}, async (w) => {
  w.expects(401);
  await w.page.goto('/sign-in');
  await w.page.fill('#id', 'nobody-here');
  await w.page.fill('#password', 'wrong password 1');
  await w.page.click('main form[action="/sign-in"] button');
  await w.page.waitForSelector('[role=alert]');
  assert.equal(await w.page.inputValue('#id'), 'nobody-here');
  assert.equal(await w.page.evaluate(() => document.activeElement.getAttribute('role')), 'alert');
});

for (const entry of ['today', 'cases', 'visits', 'programme', 'users']) {
  const key = { today: 't', cases: 'c', visits: 'v', programme: 'p', users: 'u' }[entry];
  browse(`the navigation leads to ${entry}`, {}, async ({ page }) => {
    await enter(page, 'supervisor', '/cases?state=received');
    await page.click(`nav.rail a[data-go=${key}]`);
    await page.waitForSelector('main h1');
    assert.equal(await page.locator(`nav.rail a[data-go=${key}][aria-current=page]`).count(), 1);
  });
}
