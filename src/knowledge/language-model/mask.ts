const EMAIL = /[\p{L}\p{N}._%+-]{1,64}@[\p{L}\p{N}-]{1,63}(?:\.[\p{L}\p{N}-]{1,63})+/gu;
/** Digits as people group them. */
const DIGITS = /(?<![\p{Script=Latin}\p{N}])\+?\(?\d(?:[ ().\-/]{0,2}\d){6,18}(?!\p{N})/gu;
const DATE = /^\d{4}[-/.]\d{1,2}[-/.]\d{1,2}$|^\d{1,2}[-/.]\d{1,2}[-/.]\d{4}$/u;
const CARD_LENGTH = { least: 13, most: 19 };
const IDENTITY_CARD = /(?<!\d)\d{17}[\dXx](?![\dXx])/gu;

/** What names a person is taken out before a question leaves the hub: e-mail addresses, card, identity and telephone numbers. */
export function masked(text: string): string {
  return text
    .normalize("NFKC")
    .replace(EMAIL, "[e-mail]")
    .replace(IDENTITY_CARD, "[identity number]")
    .replace(DIGITS, (run) => {
      if (DATE.test(run)) return run;
      const digits = run.replace(/\D/gu, "");
      return isCard(digits) ? "[card]" : "[number]";
    });
}

/** Luhn's check, which telephone and order numbers mostly fail. */
function isCard(digits: string): boolean {
  if (digits.length < CARD_LENGTH.least || digits.length > CARD_LENGTH.most) return false;
  const sum = [...digits].reverse().reduce((total, digit, at) => {
    const value = Number(digit) * (at % 2 === 0 ? 1 : 2);
    return total + (value > 9 ? value - 9 : value);
  }, 0);
  return sum % 10 === 0;
}
