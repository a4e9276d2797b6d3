import { act, listen, readPlatforms, readState, readTrace, refuseNext } from "./api.js";
import { drawComposer, forgetAbout, setAbout, startComposer } from "./composer.js";
import { byId } from "./dom.js";
import { can, here, where } from "./here.js";
import { createPickers } from "./pickers.js";
import { drawScreen } from "./screen.js";
import { clearSteps, drawTimeline, forgetSteps, takeSteps } from "./timeline.js";
import { sayFixedWords, spoken, switchLanguage, words } from "./words.js";

const pickers = createPickers({
  onTurn: turnTo,
  onPlace() {
    forgetAbout();
    drawPhone();
  },
});
/** How far the trace has been read. */
let cursor = 0;
let stopListening = () => undefined;

async function start() {
  sayFixedWords();
  drawTimeline();
  const { platforms, life, hub } = await readPlatforms();
  const platform = platforms.find(({ name }) => `#${name}` === location.hash) ?? platforms[0];
  Object.assign(here, { platforms, life, hub, platform });
  await turnTo();
}

/** Looks at another platform, or as another person. */
async function turnTo() {
  stopListening();
  cursor = 0;
  here.screen = [];
  forgetAbout();
  forgetSteps();
  draw();
  const onLine = (isThere) => (byId("lost").hidden = isThere);
  stopListening = listen(here.platform.name, here.person, { onNews, onLine });
  await look();
}

function onNews({ life }) {
  if (life === here.life) void look();
  else location.reload(); // the lab was started anew, and nothing here is true any more
}

let looking;
let again = false;

/** Asks for what is new, one question at a time. */
function look() {
  again = looking !== undefined;
  looking ??= lookOnce().finally(() => {
    looking = undefined;
    if (again) void look();
  });
  return looking;
}

async function lookOnce() {
  const { platform, person } = here;
  const asked = Promise.all([readState(platform.name, person), readTrace(platform.name, cursor)]);
  const answer = await asked.catch(() => undefined);
  byId("lost").hidden = answer !== undefined;
  if (!answer || here.platform !== platform || here.person !== person) return;
  const [state, news] = answer;
  cursor = news.next;
  here.screen = state.screen;
  drawPhone();
  takeSteps(news.steps);
  const inside = state.platforms.find(({ name }) => name === platform.name)?.insideRetryAfter ?? 0;
  if (inside > 0) byId("limit-said").textContent = words().inside(inside);
}

/** Does it; what goes wrong is said below the screen. Resolves with whether it went well. */
async function perform(deed) {
  byId("fault").hidden = true;
  try {
    here.screen = (await act(here.platform.name, here.person, deed)).screen;
  } catch (error) {
    showFault(error.message);
    return false;
  }
  drawPhone();
  return true;
}

function showFault(text) {
  byId("fault").textContent = text;
  byId("fault").hidden = false;
}

function draw() {
  sayFixedWords();
  byId("language").textContent = words().otherLanguage;
  byId("language").lang = spoken() === "zh" ? "en" : "zh-Hans";
  if (!here.platform) return;
  byId("hub").textContent = words().hubAt(here.hub);
  pickers.draw();
  drawPhone();
  drawTimeline();
  byId("limit").hidden = !here.platform.refuses;
  byId("limit-said").textContent = "";
  byId("fault").hidden = true;
}

function drawPhone() {
  byId("phone-head").textContent = words().head(here.person, here.platform.title[spoken()], here.place);
  drawScreen(here.screen, here.place, {
    press: can("press") && ((messageId, option) => perform({ type: "press", messageId, option, ...where() })),
    reply: (message) => setAbout({ type: "reply", message }),
    edit: can("edit") && ((message) => setAbout({ type: "edit", message })),
    remove: can("delete") && (({ id }) => perform({ type: "delete", messageId: id, ...where() })),
    react: can("react") && ((messageId, emoji) => perform({ type: "react", messageId, emoji, ...where() })),
    ask: (question) => perform({ type: "say", text: question, ...(here.place && { mention: true }), ...where() }),
  });
  drawComposer();
}

startComposer({ perform, showFault });
byId("language").onclick = () => {
  switchLanguage();
  draw();
};
byId("clear").onclick = () => clearSteps();
byId("limit").onsubmit = async (event) => {
  event.preventDefault();
  const [times, seconds] = [Number(byId("times").value), Number(byId("seconds").value)];
  const said = refuseNext(here.platform.name, times, seconds).then(() => words().limitSaid(times, seconds));
  byId("limit-said").textContent = await said.catch((error) => error.message);
};

start().catch((error) => {
  byId("lost").hidden = false;
  showFault(error.message);
});
