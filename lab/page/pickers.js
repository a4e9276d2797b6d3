import { askName } from "./dialogs.js";
import { byId, fill, make } from "./dom.js";
import { can, here } from "./here.js";
import { spoken, words } from "./words.js";

/** The option behind which a new name is asked for. */
const NEW = "\u0000new";
const people = ["Ana", "小梅"];
/** The groups that were named on each platform. */
const places = new Map();

/**
 * Who one is, and where.
 * @param {{ onTurn: () => Promise<void>, onPlace: () => void }} parts another platform or person; another place
 */
export function createPickers({ onTurn, onPlace }) {
  byId("person").onchange = ({ target }) =>
    choose(target.value, words().newPersonTitle, (name) => {
      if (!people.includes(name)) people.push(name);
      here.person = name;
      void onTurn();
    });
  byId("place").onchange = ({ target }) =>
    choose(target.value, words().newPlaceTitle, (name) => {
      if (name !== "") places.set(here.platform.name, [...new Set([...groups(), name])]);
      here.place = name === "" ? undefined : name;
      drawWho();
      onPlace();
    });

  function choose(value, title, take) {
    if (value !== NEW) return take(value);
    drawWho(); // until there is a name, all stays as it was
    askName(title, take);
  }

  function draw() {
    fill(byId("platforms"), ...here.platforms.map(chip));
    drawWho();
  }

  function chip(platform) {
    const { name, title } = platform;
    const radio = make("input", { type: "radio", name: "platform", value: name, checked: platform === here.platform });
    radio.onchange = () => {
      Object.assign(here, { platform, place: undefined });
      history.replaceState(null, "", `#${name}`);
      void onTurn();
      document.querySelector("[name=platform]:checked").focus();
    };
    const dot = make("span", { className: `dot ${name}` });
    return make("label", {}, radio, dot, make("span", { textContent: title[spoken()] }));
  }

  function drawWho() {
    const option = (value, text, chosen) => make("option", { value, textContent: text, selected: value === chosen });
    const persons = people.map((name) => option(name, name, here.person));
    fill(byId("person"), ...persons, option(NEW, words().newPerson));
    const seen = here.screen.flatMap(({ place }) => place ?? []);
    const known = [...new Set([...groups(), ...seen, here.place ?? []].flat())].map((name) =>
      option(name, name, here.place),
    );
    fill(byId("place"), option("", words().direct, here.place ?? ""), ...known, option(NEW, words().newPlace));
    byId("place-field").hidden = !can("join");
  }

  return { draw };
}

const groups = () => places.get(here.platform.name) ?? words().groups;
