import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { BadPayload } from "../../src/contract/index.ts";
import { parseXml, toXml } from "./xml.ts";

describe("WeChat's XML", () => {
  test("keeps ids of 64 bits, nested elements and lists", () => {
    const text = `<?xml version="1.0" encoding="UTF-8"?>\n<xml>
      <MsgId>9223372036854775807</MsgId><EventKey/><Empty></Empty>
      <MsgType>  <![CDATA[video]]></MsgType>
      <Pics><Count>2</Count><item>a</item><item>b</item></Pics>
    </xml>\n`;
    expect(parseXml(text)).toEqual({
      MsgId: "9223372036854775807",
      EventKey: "",
      Empty: "",
      MsgType: "video",
      Pics: { Count: "2", item: ["a", "b"] },
    });
  });

  test("keeps blanks inside CDATA, and joins its sections", () => {
    expect(parseXml("<xml><C><![CDATA[ a ]]]]><![CDATA[> \n]]></C></xml>")).toEqual({ C: " a ]]> \n" });
  });

  test("reads XML's own five entities and characters by number, in text alone", () => {
    expect(parseXml("<xml><A>&lt;b&gt; &amp;&#20320;&#x597d;</A><B><![CDATA[&lt;]]></B></xml>")).toEqual({
      A: "<b> &你好",
      B: "&lt;",
    });
  });

  test.each([
    ["a document type", `<!DOCTYPE xml [<!ENTITY x "y">]><xml><A>1</A></xml>`],
    ["a document type inside", `<xml><!DOCTYPE a><A>1</A></xml>`],
    ["an entity of its own", `<xml><A>&x;</A></xml>`],
    ["an external entity", `<!DOCTYPE xml [<!ENTITY x SYSTEM "file:///etc/passwd">]><xml><A>&x;</A></xml>`],
    ["a bare ampersand", `<xml><A>a & b</A></xml>`],
    ["a character beyond Unicode", `<xml><A>&#x110000;</A></xml>`],
    ["a NUL by number", `<xml><A>&#0;</A></xml>`],
    ["an attribute", `<xml><A b="c">1</A></xml>`],
    ["a comment", `<xml><!-- a --><A>1</A></xml>`],
    ["an instruction", `<xml><?php ?><A>1</A></xml>`],
    ["another root", `<html><A>1</A></html>`],
    ["no elements", `<xml>words</xml>`],
    ["words between elements", `<xml>words<A>1</A></xml>`],
    ["something behind the root", `<xml><A>1</A></xml><xml></xml>`],
    ["an element that does not end", `<xml><A>1</xml>`],
    ["elements that cross", `<xml><A><B>1</A></B></xml>`],
    ["a CDATA that does not end", `<xml><A><![CDATA[1</A></xml>`],
    ["a name beginning with an underscore", `<xml><__proto__><polluted>1</polluted></__proto__></xml>`],
    ["nesting without end", `<xml>${"<A>".repeat(50_000)}`],
    ["elements without end", `<xml>${"<A/>".repeat(50_000)}</xml>`],
    ["nothing", ""],
  ])("refuses %s", (_what, text) => {
    expect(() => parseXml(text)).toThrow(BadPayload);
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
  });

  test("takes names that objects have already", () => {
    const fields = parseXml("<xml><constructor>1</constructor><toString>2</toString></xml>");
    expect(Object.entries(fields)).toEqual([
      ["constructor", "1"],
      ["toString", "2"],
    ]);
  });

  test("what is rendered reads back the same", () => {
    const word = fc
      .string({ unit: "grapheme", maxLength: 60 })
      .map((text) => `a${text.replaceAll(/[\0-\x1f\ufffe\uffff]/g, "")}z`);
    fc.assert(
      fc.property(word, word, (one, two) => {
        const fields = { A: one, B: { C: two, D: ["x", one] } };
        expect(parseXml(toXml(fields))).toEqual(fields);
      }),
    );
  });

  test("reads half a megabyte of hostile text in no time", () => {
    const started = performance.now();
    for (const piece of ["&amp;", "<", "]]>", "<![CDATA[", "&#x", "<A>", " "]) {
      const text = `<xml><A>${piece.repeat(Math.floor(500_000 / piece.length))}</A></xml>`;
      try {
        parseXml(text);
      } catch (error) {
        expect(error).toBeInstanceOf(BadPayload);
      }
    }
    expect(performance.now() - started).toBeLessThan(2_000);
  });
});
