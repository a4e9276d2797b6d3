import { button, byId, fill, make } from "./dom.js";
import { words } from "./words.js";

const MAX_PHOTO = 5 * 2 ** 20;

/** Opens the one dialog with these contents; Escape and “cancel” close it. */
function open(title, body, ...ends) {
  byId("dialog-title").textContent = title;
  fill(byId("dialog-body"), ...body);
  fill(byId("dialog-end"), button(words().cancel, close), ...ends);
  byId("dialog-form").onsubmit = null;
  byId("dialog").showModal();
}

const close = () => byId("dialog").close();

/** One line of text, asked for; `then` gets it without blanks around it. */
export function askName(title, then) {
  const input = make("input", { type: "text", maxLength: 60, required: true, autofocus: true });
  const send = make("button", { className: "primary", textContent: words().scanOpen });
  open(title, [make("label", {}, make("span", { textContent: words().name }), input)], send);
  byId("dialog-form").onsubmit = () => input.value.trim() !== "" && then(input.value.trim());
  input.focus();
}

/** The entry points of this platform, and any other link or code. */
export function askCode({ platform, language, scan }) {
  const here = words();
  const take = (link) => {
    close();
    scan(link);
  };
  const doors = platform.doors.map((door) =>
    make(
      "li",
      { className: "door" },
      make(
        "span",
        {},
        make("strong", { textContent: door.title[language] }),
        make("code", {
          textContent: door.deepLink?.includes(door.code) ? door.deepLink : `${door.code} · ${door.deepLink ?? ""}`,
        }),
      ),
      button(here.scanThis, () => take(door.url), {
        className: "primary",
        "aria-label": `${here.scanThis}: ${door.title[language]}`,
      }),
    ),
  );
  const input = make("input", { type: "text", maxLength: 2000 });
  const other = make("label", {}, make("span", { textContent: here.scanOther }), input);
  open(
    here.scanTitle,
    [
      make("p", { className: "quiet", textContent: here.scanHint }),
      make("ul", { className: "doors" }, ...doors),
      other,
    ],
    make("button", { className: "primary", textContent: here.scanOpen }),
  );
  byId("dialog-form").onsubmit = () => input.value.trim() !== "" && scan(input.value.trim());
}

export function askInvite({ platform, language, place, join }) {
  const here = words();
  const input = make("input", { type: "text", maxLength: 2000, placeholder: here.joinPlain });
  const take = (invite) => () => (input.value = invite);
  const doors = platform.doors.map((door) => {
    const invite = inviteOf(platform, door);
    return button(`${door.title[language]}: ${invite}`, take(invite), { className: "plain" });
  });
  open(
    here.joinTitle(place),
    [
      make("label", {}, make("span", { textContent: here.joinLink }), input),
      make("p", { className: "choices" }, ...doors),
    ],
    make("button", { className: "primary", textContent: here.join }),
  );
  byId("dialog-form").onsubmit = () => join(input.value.trim());
}

/** An invite is known by our code, or, where the platform gives it a name of its own, by its link. */
function inviteOf({ typesCodes }, { code, deepLink }) {
  return typesCodes || deepLink === null || deepLink.includes(code) ? code : deepLink;
}

/** A picture of the person's own, or the sample. `send` gets its name and its bytes as Base64. */
export function askPhoto({ send, refuse }) {
  const here = words();
  const input = make("input", { type: "file", accept: "image/*", className: "unseen", id: "own-photo" });
  input.onchange = async () => {
    const [file] = input.files;
    if (!file) return;
    close();
    if (file.size > MAX_PHOTO) refuse(here.photoLarge);
    else send(file.name, base64(new Uint8Array(await file.arrayBuffer())));
  };
  const sample = async () => {
    close();
    send("tea.jpg", base64(await drawTea()));
  };
  const own = make("label", { className: "button", htmlFor: "own-photo", textContent: here.photoOwn });
  open(
    here.photoTitle,
    [make("p", { className: "quiet", textContent: here.photoHint }), make("p", { className: "choices" }, input, own)],
    button(here.photoSample, sample, { className: "primary" }),
  );
}

function base64(bytes) {
  let binary = "";
  for (let at = 0; at < bytes.length; at += 0x8000) binary += String.fromCharCode(...bytes.subarray(at, at + 0x8000));
  return btoa(binary);
}

/** A cup of tea, drawn here: a real picture that needs no file. */
async function drawTea() {
  const canvas = make("canvas", { width: 320, height: 240 });
  const pen = canvas.getContext("2d");
  pen.fillStyle = "#dff0ec";
  pen.fillRect(0, 0, 320, 240);
  pen.fillStyle = "#0f6e63";
  pen.fillRect(95, 110, 120, 70);
  pen.strokeStyle = "#0f6e63";
  pen.lineWidth = 10;
  pen.beginPath();
  pen.arc(220, 140, 22, -Math.PI / 2, Math.PI / 2);
  pen.stroke();
  pen.lineWidth = 5;
  for (const x of [125, 155, 185]) {
    pen.beginPath();
    pen.moveTo(x, 95);
    pen.bezierCurveTo(x - 14, 80, x + 14, 65, x, 48);
    pen.stroke();
  }
  const blob = await new Promise((resolve) => canvas.toBlob(resolve, "image/jpeg", 0.9));
  return new Uint8Array(await blob.arrayBuffer());
}
