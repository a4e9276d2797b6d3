import { askCode, askInvite, askPhoto } from "./dialogs.js";
import { byId } from "./dom.js";
import { can, here, where } from "./here.js";
import { spoken, words } from "./words.js";

/** The message that is answered or changed by the next words: `{ type: "reply" | "edit", message }`. */
let about;
let isSending = false;
let perform;

/**
 * What the customer writes and does.
 * @param {{ perform: (deed: object) => Promise<boolean>, showFault: (text: string) => void }} hands
 */
export function startComposer(hands) {
  ({ perform } = hands);
  byId("composer").onsubmit = (event) => {
    event.preventDefault();
    void sendWords();
  };
  byId("text").onkeydown = (event) => {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return; // an input method's Enter chooses a word
    event.preventDefault();
    void sendWords();
  };
  byId("about-end").onclick = () => setAbout(undefined);
  byId("photo").onclick = () =>
    askPhoto({ send: (name, bytes) => void sendPhoto(name, bytes), refuse: hands.showFault });
  byId("scan").onclick = () =>
    askCode({ platform: here.platform, language: spoken(), scan: (link) => void perform({ type: "scan", link }) });
  byId("join").onclick = () => {
    const { platform, place } = here;
    const join = (link) => void perform({ type: "join", place, ...(link !== "" && { link }) });
    askInvite({ platform, language: spoken(), place, join });
  };
  byId("leave").onclick = () => perform({ type: "leave", place: here.place });
  byId("block").onclick = () => perform({ type: "block" });
}

/** What was written stays where it is until it has been taken; twice pressed is once sent. */
async function sendWords() {
  const text = byId("text").value;
  if (isSending || text.trim() === "") return;
  isSending = true;
  byId("send").setAttribute("aria-busy", "true");
  const isTaken = await perform(deedOf(text)).finally(() => {
    isSending = false;
    byId("send").removeAttribute("aria-busy");
  });
  if (!isTaken) return;
  byId("text").value = "";
  setAbout(undefined);
}

function deedOf(text) {
  if (about?.type === "edit") return { type: "edit", messageId: about.message.id, text, ...where() };
  const replyTo = about ? { replyTo: about.message.id } : {};
  const mention = here.place !== undefined && byId("mention").checked ? { mention: true } : {};
  return { type: "say", text, ...replyTo, ...mention, ...where() };
}

async function sendPhoto(name, bytes) {
  const text = byId("text").value.trim();
  const caption = text === "" ? {} : { text };
  if (await perform({ type: "photo", name, bytes, ...caption, ...where() })) byId("text").value = "";
}

export function setAbout(next) {
  about = next;
  if (next?.type === "edit") byId("text").value = next.message.text;
  drawComposer();
  byId("text").focus();
}

export function drawComposer() {
  const inGroup = here.place !== undefined;
  byId("text").placeholder = words().placeholder;
  byId("send").textContent = about?.type === "edit" ? words().save : words().send;
  byId("about").hidden = about === undefined;
  byId("about-words").textContent = aboutWords();
  byId("mention-field").hidden = !inGroup;
  byId("photo").hidden = !can("photo");
  byId("scan").hidden = !can("scan") || inGroup;
  byId("join").hidden = !can("join") || !inGroup;
  byId("leave").hidden = !can("leave") || !inGroup;
  byId("block").hidden = !can("block") || inGroup;
}

function aboutWords() {
  if (about === undefined) return "";
  const { type, message } = about;
  return type === "edit" ? words().editing : words().replyTo(message.text || message.file || "");
}

/** Another screen: what was to be answered is not there. */
export function forgetAbout() {
  about = undefined;
}
