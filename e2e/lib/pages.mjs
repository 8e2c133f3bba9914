// Every page of the program: what accessibility, narrow windows and pictures go over.
import { casesOf, enter, fill, unfold } from './desk.mjs';
import { begin, BEGIN, planned } from './plans.mjs';

const going = (address) => (page) => page.goto(address);

/** Opens the first case that a list shows. */
const firstCase = (list, then = '') => async (page) => {
  const [id] = await casesOf(page, list);
  return page.goto(`/cases/${id}${then}`);
};

/** Sends a form as it stands, so that its mistakes are shown. */
const mistaken = (open) => async (page) => {
  await open(page);
  await page.click('main .form-foot button.primary');
  await page.waitForSelector('.notice.bad');
};

/**
 * Opens the form of an action: on a case in that state where the branch has one, else on the one due next, where the
 * form is shown all the same, with the reason why it is not possible now.
 */
const deed = (state, action) => async (page) => {
  const [fitting] = await casesOf(page, `/cases?state=${state}`);
  const [any] = fitting ? [] : await casesOf(page, '/cases?open=yes&sort=due');
  return page.goto(`/cases/${fitting ?? any}/do/${action}`);
};

/** Follows the first such link of a page. */
const linked = (from, link) => async (page) => {
  await page.goto(from);
  return page.goto(await page.locator(link).first().getAttribute('href'));
};

/** Goes back week by week to a day on which visits were made. */
const fullDay = async (page) => {
  await page.goto('/visits');
  for (let weeks = 0; weeks < 8; weeks += 1) {
    const full = await page
      .locator('.days a')
      .evaluateAll((all) => all.filter((a) => /[1-9]/.test(a.lastElementChild.textContent)).map((a) => a.getAttribute('href')));
    if (full.length) return page.goto(full[0]);
    await page.goto(await page.locator('main nav.card a').first().getAttribute('href'));
  }
  throw new Error('eight weeks without a visit');
};

/** Attaches files to the case that is due next; with `refused`, one that is not taken. */
const filed = (refused) => async (page) => {
  await firstCase('/cases?open=yes&sort=due')(page);
  await unfold(page);
  const text = (name, words) => ({ name, mimeType: 'text/plain', buffer: Buffer.from(words) });
  // The same content twice would be the same file.
  const files = [
    text('客户来信 2026-11-03.txt', `来信 ${Date.now()}`),
    text('an account statement with a rather long name, as scanners and mail programs like to make them.txt', `statement ${Date.now()}`),
  ];
  if (refused) files.push(text('page.txt', '<html><script>1</script>'));
  await page.fill('#file-note', '客户在网点提交');
  await page.setInputFiles('#file', files);
  await page.click('#files button.primary');
  await page.waitForURL(refused ? '**/files' : '**?done=attach_file*');
};

/** Opens the newest plan of the branch, making one if there is none; with `link`, follows the first such link on it. */
const aPlan = (link) => async (page) => {
  await page.goto('/plan');
  const first = page.locator('table[data-rows] a.to').first();
  if (await first.count()) await first.click();
  else await planned(page);
  await page.waitForURL('**/plan/P-*');
  if (link) await page.goto(await page.locator(link).first().getAttribute('href'));
};

/** Name, role that opens it (none: nobody signed in), how it is opened, what is done at the end, and the statuses it answers beside 200. */
export const PAGES = [
  { name: 'sign-in', open: going('/sign-in') },
  { name: 'complain', open: going('/complain') },
  { name: 'complain-mistakes', open: mistaken(going('/complain')), statuses: [422] },
  {
    name: 'receipt',
    open: async (page) => {
      await page.goto('/complain');
      await fill(page, { line: 'payment', title: '转账未到账', narrative: '三天前转出的一笔款项至今没有到账。', name: '周小禾', phone: '19900004321' });
      await page.click('main .form-foot button.primary');
      await page.waitForSelector('main h1 ~ dl strong.code');
    },
  },
  { name: 'error', open: going('/nowhere'), statuses: [404] },
  { name: 'today', role: 'supervisor', open: going('/') },
  { name: 'today-handler', role: 'handler', open: going('/') },
  { name: 'today-technician', role: 'technician', open: going('/') },
  { name: 'cases', role: 'supervisor', open: going('/cases?open=yes&sort=due') },
  { name: 'cases-all', role: 'compliance', open: going('/cases') },
  { name: 'cases-found', role: 'auditor', open: going('/cases?q=%E8%B4%B7%E6%AC%BE') },
  { name: 'cases-none', role: 'handler', open: going('/cases?q=zz') },
  { name: 'case-new', role: 'compliance', open: firstCase('/cases?state=received') },
  { name: 'case-agreed', role: 'compliance', open: firstCase('/cases?state=agreed') },
  { name: 'case-closed', role: 'compliance', open: firstCase('/cases?state=closed&sort=updated') },
  { name: 'case-desk', role: 'supervisor', open: firstCase('/cases?open=yes&sort=due') },
  { name: 'case-files', role: 'supervisor', open: filed(false) },
  { name: 'files-refused', role: 'supervisor', open: filed(true), statuses: [422] },
  { name: 'new-case', role: 'handler', open: going('/cases/new') },
  { name: 'new-case-mistakes', role: 'handler', open: mistaken(going('/cases/new')), statuses: [422] },
  { name: 'do-assign', role: 'supervisor', open: firstCase('/cases?open=yes', '/do/assign') },
  { name: 'do-decide_screening', role: 'supervisor', open: deed('accepted', 'decide_screening') },
  { name: 'do-give_consent', role: 'supervisor', open: deed('visit_offered', 'give_consent') },
  { name: 'do-give_consent-mistakes', role: 'supervisor', open: mistaken(deed('visit_offered', 'give_consent')), statuses: [422] },
  { name: 'do-schedule_visit', role: 'supervisor', open: deed('consented', 'schedule_visit') },
  { name: 'do-propose_remedy', role: 'supervisor', open: deed('verified', 'propose_remedy') },
  { name: 'do-report_visit-refused', role: 'compliance', open: firstCase('/cases?open=yes', '/do/report_visit') },
  {
    name: 'customer',
    role: 'supervisor',
    open: async (page) => {
      await firstCase('/cases?open=yes&sort=due')(page);
      const address = await page.getAttribute('main a[href^="/customers/"]', 'href');
      return page.goto(address);
    },
  },
  { name: 'visits', role: 'supervisor', open: going('/visits') },
  { name: 'visits-full', role: 'compliance', open: fullDay },
  { name: 'plans', role: 'supervisor', open: going('/plan') },
  { name: 'plan-new', role: 'supervisor', open: going('/plan/new') },
  { name: 'plan-new-mistakes', role: 'supervisor', open: going('/plan/new?count=99'), statuses: [422] },
  {
    name: 'plan-run',
    role: 'supervisor',
    open: async (page) => {
      await page.goto('/plan/new');
      await page.fill('#seconds', '120');
      await begin(page, BEGIN);
      await page.waitForFunction(() => document.querySelector('[data-text=planned]').textContent !== '–');
    },
    // The server takes one search at a time: the next page needs it.
    close: async (page) => {
      await page.click('main button.danger');
      await page.waitForSelector('main .notice.warn');
    },
    statuses: [409],
  },
  { name: 'plan', role: 'supervisor', open: aPlan(), statuses: [409] },
  { name: 'plan-crews', role: 'supervisor', open: aPlan('main a[href*="by=crew"]'), statuses: [409] },
  { name: 'plan-visit', role: 'supervisor', open: aPlan('main a[href*="/visits/FC-"]'), statuses: [409] },
  {
    name: 'plan-visit-refused',
    role: 'supervisor',
    open: async (page) => {
      await aPlan('main a[href*="/visits/FC-"]')(page);
      await page.fill('#time', '06:00');
      await page.click('main .form-foot button.primary');
      await page.waitForSelector('#effect');
    },
    statuses: [409],
  },
  {
    name: 'plan-compare',
    role: 'supervisor',
    open: async (page) => {
      await planned(page);
      await planned(page);
      await page.click('main form[action$="/compare"] button');
      await page.waitForURL('**/compare?with=*');
    },
    statuses: [409],
  },
  { name: 'roster', role: 'supervisor', open: going('/roster') },
  { name: 'roster-one', role: 'supervisor', open: linked('/roster', 'main tbody a[href^="/roster/"]') },
  {
    name: 'roster-mistakes',
    role: 'supervisor',
    open: async (page) => {
      await linked('/roster', 'main tbody a[href^="/roster/"]')(page);
      await page.fill('#base', 'here');
      await page.click('main .form-foot button.primary');
      await page.waitForSelector('.notice.bad');
    },
    statuses: [422],
  },
  { name: 'programme', role: 'supervisor', open: going('/programme') },
  { name: 'programme-objective', role: 'supervisor', open: linked('/programme', 'main a[href^="/programme/objective"]') },
  { name: 'programme-step', role: 'supervisor', open: linked('/programme', 'main tbody a[href^="/programme/step"]') },
  { name: 'users', role: 'administrator', open: going('/users') },
  { name: 'user', role: 'administrator', open: linked('/users', 'main tbody a[href^="/users/"]') },
  { name: 'user-new', role: 'administrator', open: going('/users/new') },
  { name: 'user-new-mistakes', role: 'administrator', open: mistaken(going('/users/new')), statuses: [422] },
];

/** Opens a page as the role that it belongs to, and unfolds what is folded on it. */
export async function show(window, entry) {
  window.expects(...(entry.statuses ?? []));
  if (entry.role) await enter(window.page, entry.role, '/programme');
  const answer = await entry.open(window.page);
  if (answer && answer.status() >= 400 && !entry.statuses?.includes(answer.status())) {
    throw new Error(`${entry.name} answers ${answer.status()}`);
  }
  await unfold(window.page);
}
