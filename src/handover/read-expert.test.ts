import fc from "fast-check";
import { expect, test } from "vitest";
import { readExpert, type Meaning } from "./read-expert.ts";

test.each<[string, number[], number | undefined, Meaning]>([
  ["Yes, tomorrow.", [12], undefined, { do: "reply", number: 12, text: "Yes, tomorrow." }],
  ["#12 Yes", [12, 13], undefined, { do: "reply", number: 12, text: "Yes" }],
  ["＃１２：好的", [12, 13], undefined, { do: "reply", number: 12, text: "好的" }],
  ["Yes", [12, 13], 13, { do: "reply", number: 13, text: "Yes" }],
  ["#12 not the one I quote", [12, 13], 13, { do: "reply", number: 12, text: "not the one I quote" }],
  ["Yes", [12, 13], undefined, { do: "which" }],
  ["Yes", [], undefined, { do: "none" }],
  ["#7 Yes", [12], undefined, { do: "unknown", number: 7 }],
  ["late", [12], 7, { do: "unknown", number: 7 }],
  ["/done", [12], undefined, { do: "done", number: 12 }],
  ["/done #13", [12, 13], undefined, { do: "done", number: 13 }],
  ["#13 /back", [12, 13], undefined, { do: "back", number: 13 }],
  ["/done@shop_bot 12", [12, 13], undefined, { do: "done", number: 12 }],
  ["!done", [12, 13], 13, { do: "done", number: 13 }],
  ["／完成", [12], undefined, { do: "done", number: 12 }],
  ["/交还 #13", [12, 13], undefined, { do: "back", number: 13 }],
  ["/列表", [12], undefined, { do: "list" }],
  ["/list", [], undefined, { do: "list" }],
  ["/done", [12, 13], undefined, { do: "which" }],
  ["/start", [12], undefined, { do: "help" }],
  ["/constructor", [12], undefined, { do: "help" }],
  ["#12", [12], undefined, { do: "help" }],
  ["/path/to the file is 12", [12], undefined, { do: "reply", number: 12, text: "/path/to the file is 12" }],
  ["done", [12], undefined, { do: "reply", number: 12, text: "done" }],
])("%s with %j open, quoting %s", (text, open, quoted, meaning) => {
  expect(readExpert(text, open, quoted)).toEqual(meaning);
});

test("nothing ever goes to a conversation that is not open", () => {
  fc.assert(
    fc.property(fc.string(), fc.array(fc.nat(30)), fc.option(fc.nat(30), { nil: undefined }), (text, open, quoted) => {
      const meaning = readExpert(text, open, quoted);
      if (meaning.do === "reply" || meaning.do === "done" || meaning.do === "back")
        expect(open).toContain(meaning.number);
    }),
  );
});
