package dev.headgate.pipeline.process.secrets;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/// An international bank account number (ISO 13616): a country, the length that its numbers have,
/// and the check of ISO 7064 (MOD 97-10).
final class Iban implements SecretRule {
  /// Country and length, as the registry of ISO 13616 lists them.
  private static final String COUNTRIES =
      "AD24 AE23 AL28 AT20 AZ28 BA20 BE16 BG22 BH22 BI27 BR29 BY28 CH21 CR22 CY28 CZ24 DE22 DJ27"
          + " DK18 DO28 EE20 EG29 ES24 FI18 FK18 FO18 FR27 GB22 GE22 GI23 GL18 GR27 GT28 HN28 HR21"
          + " HU28 IE22 IL23 IQ23 IS26 IT27 JO30 KW30 KZ20 LB28 LC32 LI21 LT20 LU20 LV21 LY25 MC27"
          + " MD24 ME22 MK19 MN20 MR27 MT31 MU30 NI28 NL18 NO15 OM23 PK24 PL28 PS29 PT25 QA29 RO24"
          + " RS22 RU33 SA24 SC31 SD18 SE24 SI19 SK24 SM27 SO23 ST25 SV28 TL23 TN24 TR26 UA29 VA22"
          + " VG24 XK20 YE30";

  private final int[] lengths = new int[26 * 26];
  private final List<byte[]> literals = new ArrayList<>();

  Iban() {
    for (String country : COUNTRIES.split(" ", -1)) {
      lengths[index(country.charAt(0), country.charAt(1))] = Integer.parseInt(country.substring(2));
      literals.add((country.substring(0, 2) + "00").getBytes(StandardCharsets.US_ASCII));
    }
  }

  private static int index(int first, int second) {
    return (first - 'A') * 26 + second - 'A';
  }

  @Override
  public String name() {
    return "iban";
  }

  @Override
  public List<byte[]> literals() {
    return literals;
  }

  @Override
  public int rank() {
    return FORM;
  }

  @Override
  public long match(byte[] text, int from, int to, int start, int end) {
    if (!Ascii.isUpper(text[start])
        || !Ascii.isUpper(text[start + 1])
        || !Ascii.beginsWord(text, from, start)) {
      return Span.NONE;
    }
    int length = lengths[index(text[start], text[start + 1])];
    int at = start;
    int read = 0;
    int rest = 0;
    int head = 0;
    while (at < to && read < length) {
      int c = text[at];
      if (c == ' ' && read % 4 == 0 && read > 0 && text[at - 1] != ' ') {
        at++;
        continue;
      }
      if (!Ascii.isDigit(c) && !Ascii.isUpper(c)) {
        return Span.NONE;
      }
      // The first four characters count last.
      if (read < 4) {
        head = append(head, c);
      } else {
        rest = append(rest, c) % 97;
      }
      read++;
      at++;
    }
    if (read < length || (at < to && Ascii.isAlphanumeric(text[at]))) {
      return Span.NONE;
    }
    // Two letters and two digits are six digits.
    return (rest * 1_000_000L + head) % 97 == 1 ? Span.of(start, at) : Span.NONE;
  }

  private static int append(int number, int c) {
    return Ascii.isDigit(c) ? number * 10 + c - '0' : number * 100 + c - 'A' + 10;
  }
}
