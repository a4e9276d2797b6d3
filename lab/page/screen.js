import { arrange, button, byId, make } from "./dom.js";
import { spoken, words } from "./words.js";

const EMOJI = ["👍", "❤️", "😂", "🙏", "🎉"];

/**
 * Draws what stands on the telephone in this place.
 * @param messages of all places, oldest first
 * @param {{ press, reply, edit, remove, react, ask }} hands what the person can do with them; `undefined` where they cannot
 */
export function drawScreen(messages, place, hands) {
  const list = byId("screen");
  const isAtEnd = list.scrollHeight - list.scrollTop - list.clientHeight < 40;
  const here = messages.filter((message) => message.place === place);
  const can = Object.keys(hands).filter((name) => hands[name]);
  const item = (key, draw) => ({ key: JSON.stringify([spoken(), place, can, key]), draw });
  const items = here.map((message) => item(message, () => bubble(message, hands)));
  arrange(list, items.length > 0 ? items : [item("nothing", () => nothingYet(hands))]);
  if (isAtEnd) list.scrollTop = list.scrollHeight;
}

function nothingYet({ ask }) {
  const questions = words().questions.map((question) => button(question, () => ask(question), { className: "plain" }));
  return make("li", { className: "nothing" }, make("p", { textContent: words().screenEmpty }), ...questions);
}

function bubble(message, hands) {
  const here = words();
  const { from, text, options, file, reactions = [], edited, deleted, at } = message;
  const time = new Date(at).toLocaleTimeString(spoken() === "zh" ? "zh-CN" : "en-GB", {
    hour: "2-digit",
    minute: "2-digit",
  });
  const marks = [from === "person" ? here.you : here.bot, time, edited ? here.wasEdited : null]
    .filter(Boolean)
    .join(" · ");
  return make(
    "li",
    { className: `bubble ${from}` },
    file === undefined || deleted ? null : make("p", { className: "file", textContent: here.file(file) }),
    deleted
      ? make("p", { className: "quiet", textContent: here.wasDeleted })
      : text === ""
        ? null
        : make("p", { className: "text", textContent: text }),
    options.length > 0 && !deleted
      ? make("p", { className: "options" }, ...options.map((option, at) => optionButton(message, option, at, hands)))
      : null,
    reactions.length > 0 ? make("p", { className: "reactions", textContent: reactions.join(" ") }) : null,
    make(
      "p",
      { className: "marks" },
      make("span", { textContent: marks, title: new Date(at).toLocaleString() }),
      ...(deleted ? [] : deedsOn(message, hands)),
    ),
  );
}

function optionButton({ id }, option, at, { press }) {
  const more = { className: "option", disabled: !press, data: { key: `press ${id} ${at}` } };
  return button(option.label, () => press(id, option.id), more);
}

function deedsOn(message, { reply, edit, remove, react }) {
  const here = words();
  const { id, from } = message;
  const own = from === "person";
  const deed = (word, act) =>
    act ? button(word, () => act(message), { className: "plain", data: { key: `${word} ${id}` } }) : null;
  return [
    deed(here.reply, reply),
    own ? deed(here.edit, edit) : null,
    own ? deed(here.remove, remove) : null,
    react && !own ? reactions(id, react) : null,
  ].filter(Boolean);
}

/** Closed until it is asked for: five faces under every message would be a crowd. */
function reactions(id, react) {
  const faces = EMOJI.map((emoji) =>
    button(emoji, () => react(id, emoji), { className: "plain", "aria-label": `${words().react} ${emoji}` }),
  );
  const summary = make("summary", { textContent: words().react, data: { key: `react ${id}` } });
  return make("details", { className: "faces" }, summary, make("span", {}, ...faces));
}
