package dev.headgate.pipeline.process.regex;

import dev.headgate.pipeline.process.regex.Node.Condition;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Reads RE2 syntax into a [Node] that matches at least the same texts. Only for patterns that
/// RE2/J has compiled; what this reader does not know for sure makes it give up.
///
/// **Threading:** one use, one thread.
final class PatternReader {
  private static final int MAX_DEPTH = 200;
  private static final byte[] KELVIN = "\u212a".getBytes(StandardCharsets.UTF_8);
  private static final byte[] LONG_S = "\u017f".getBytes(StandardCharsets.UTF_8);

  private final String pattern;
  private int at;
  private boolean fold;
  private boolean dotNewline;
  private boolean lineMode;
  private boolean lazy;
  private boolean widened;
  private boolean exact = true;
  private int groups;

  private PatternReader(String pattern) {
    this.pattern = pattern;
  }

  /// A pattern that was understood.
  ///
  /// @param widened whether the node matches more than the pattern does without its anchors and
  ///   word boundaries
  /// @param exact whether the node, with its assertions, matches exactly what the pattern does
  /// @param groups how many groups it has
  record Reading(Node node, boolean widened, boolean exact, int groups) {}

  /// Reads a pattern; null when it holds something that is not understood.
  static @Nullable Reading read(String pattern) {
    PatternReader reader = new PatternReader(pattern);
    try {
      Node node = reader.alternation(0);
      return reader.more() ? null : new Reading(node, reader.widened, reader.exact, reader.groups);
    } catch (GiveUpException e) {
      return null;
    }
  }

  private Node alternation(int depth) {
    if (depth > MAX_DEPTH) {
      throw new GiveUpException();
    }
    List<Node> branches = new ArrayList<>();
    branches.add(concatenation(depth));
    while (accept("|")) {
      branches.add(concatenation(depth));
    }
    return branches.size() == 1 ? branches.getFirst() : new Node.Alternate(List.copyOf(branches));
  }

  private Node concatenation(int depth) {
    List<Node> parts = new ArrayList<>();
    boolean repeated = false;
    while (more() && peek() != '|' && peek() != ')') {
      int[] bounds = repetition();
      if (bounds.length == 0) {
        atom(parts, depth);
        repeated = false;
        continue;
      }
      boolean greedy = accept("?") == lazy;
      if (parts.isEmpty() || repeated) {
        throw new GiveUpException();
      }
      parts.add(new Node.Repeat(parts.removeLast(), bounds[0], bounds[1], greedy));
      repeated = true;
    }
    return parts.size() == 1 ? parts.getFirst() : new Node.Concat(List.copyOf(parts));
  }

  /** Reads a repetition operator: its bounds, or an empty array when there is none here. */
  private int[] repetition() {
    int[] bounds =
        switch (peek()) {
          case '*' -> new int[] {0, -1};
          case '+' -> new int[] {1, -1};
          case '?' -> new int[] {0, 1};
          default -> new int[0];
        };
    if (bounds.length > 0) {
      at++;
    } else if (peek() == '{') {
      bounds = counted();
    }
    return bounds;
  }

  /** Reads `{n}`, `{n,}` or `{n,m}`; anything else leaves the brace to be a literal. */
  private int[] counted() {
    int start = at;
    at++;
    int min = number();
    int max = min;
    if (min >= 0 && accept(",")) {
      max = more() && peek() == '}' ? -1 : number();
      if (max == -2) {
        min = -2;
      }
    }
    if (min < 0 || !accept("}")) {
      at = start;
      return new int[0];
    }
    return new int[] {min, max};
  }

  private int number() {
    int start = at;
    int value = 0;
    while (more() && peek() >= '0' && peek() <= '9' && value < 10_000) {
      value = value * 10 + next() - '0';
    }
    return at == start ? -2 : value;
  }

  private void atom(List<Node> parts, int depth) {
    int c = next();
    switch (c) {
      case '(' -> group(parts, depth);
      case '[' -> parts.add(bracket());
      case '.' -> parts.add(Node.characters(dot(), true));
      case '^' -> assertion(parts, lineMode ? Condition.LINE_BEGINS : Condition.TEXT_BEGINS);
      case '$' -> assertion(parts, lineMode ? Condition.LINE_ENDS : Condition.TEXT_ENDS);
      case '\\' -> escape(parts);
      default -> parts.add(literal(c));
    }
  }

  private static void assertion(List<Node> parts, Condition condition) {
    parts.add(new Node.Assertion(condition));
  }

  private ByteSet dot() {
    return dotNewline ? ByteSet.ASCII : ByteSet.of('\n').asciiComplement();
  }

  private void group(List<Node> parts, int depth) {
    boolean outerFold = fold;
    boolean outerDot = dotNewline;
    boolean outerLines = lineMode;
    boolean outerLazy = lazy;
    int number = 0;
    if (accept("?P<") || accept("?<")) {
      int end = pattern.indexOf('>', at);
      if (end < 0) {
        throw new GiveUpException();
      }
      at = end + 1;
      number = ++groups;
    } else if (!accept("?")) {
      number = ++groups;
    } else if (flags()) {
      // Flags without a group hold until the enclosing group ends.
      return;
    }
    Node body = alternation(depth + 1);
    if (!accept(")")) {
      throw new GiveUpException();
    }
    fold = outerFold;
    dotNewline = outerDot;
    lineMode = outerLines;
    lazy = outerLazy;
    parts.add(number == 0 ? body : new Node.Group(number, body));
  }

  /** Reads flags; true when they stand alone, false when a group follows the colon. */
  private boolean flags() {
    boolean value = true;
    while (more()) {
      switch (next()) {
        case 'i' -> fold = value;
        case 's' -> dotNewline = value;
        case 'm' -> lineMode = value;
        case 'U' -> lazy = value;
        case '-' -> value = false;
        case ':' -> {
          return false;
        }
        case ')' -> {
          return true;
        }
        default -> throw new GiveUpException();
      }
    }
    throw new GiveUpException();
  }

  private void escape(List<Node> parts) {
    if (!more()) {
      throw new GiveUpException();
    }
    switch (peek()) {
      case 'A', 'z', 'b', 'B' -> assertion(parts, condition(next()));
      case 'Q' -> {
        at++;
        int end = pattern.indexOf("\\E", at);
        int stop = end < 0 ? pattern.length() : end;
        while (at < stop) {
          parts.add(literal(next()));
        }
        at = end < 0 ? stop : stop + 2;
      }
      default -> {
        ClassBuilder builder = new ClassBuilder(fold);
        parts.add(classEscape(builder) ? build(builder, false) : literal(escapedCharacter()));
      }
    }
  }

  private static Condition condition(int letter) {
    return switch (letter) {
      case 'A' -> Condition.TEXT_BEGINS;
      case 'z' -> Condition.TEXT_ENDS;
      case 'b' -> Condition.WORD_BOUNDARY;
      default -> Condition.NO_WORD_BOUNDARY;
    };
  }

  /** Reads the rest of a class escape such as `d` or `pL`; false when it is none. */
  private boolean classEscape(ClassBuilder builder) {
    int c = peek();
    if (c == 'p' || c == 'P') {
      at++;
      if (next() == '{') {
        int end = pattern.indexOf('}', at);
        if (end < 0) {
          throw new GiveUpException();
        }
        at = end + 1;
      }
      builder.addUnknown();
      return true;
    }
    ByteSet set = CharacterClasses.perl(Character.toLowerCase(c));
    if (set == null) {
      return false;
    }
    at++;
    builder.addSet(set, Character.isUpperCase(c));
    return true;
  }

  private Node bracket() {
    ClassBuilder builder = new ClassBuilder(fold);
    boolean negated = accept("^");
    boolean first = true;
    while (first || !more() || peek() != ']') {
      first = false;
      if (!more()) {
        throw new GiveUpException();
      }
      if (!namedClass(builder)) {
        bracketItem(builder);
      }
    }
    at++;
    return build(builder, negated);
  }

  private Node build(ClassBuilder builder, boolean negated) {
    widened |= !negated && builder.widened();
    exact &= builder.exact(negated);
    return builder.build(negated);
  }

  private boolean namedClass(ClassBuilder builder) {
    if (!pattern.startsWith("[:", at)) {
      return false;
    }
    int end = pattern.indexOf(":]", at);
    if (end < 0) {
      return false;
    }
    String name = pattern.substring(at + 2, end);
    boolean negated = name.startsWith("^");
    ByteSet set = CharacterClasses.posix(negated ? name.substring(1) : name);
    if (set == null) {
      throw new GiveUpException();
    }
    builder.addSet(set, negated);
    at = end + 2;
    return true;
  }

  private void bracketItem(ClassBuilder builder) {
    if (peek() == '\\' && at + 1 < pattern.length()) {
      at++;
      if (classEscape(builder)) {
        return;
      }
      at--;
    }
    int lo = bracketCharacter();
    int hi = lo;
    if (more() && peek() == '-' && !pattern.startsWith("-]", at)) {
      at++;
      hi = bracketCharacter();
    }
    builder.addRange(lo, hi);
  }

  private int bracketCharacter() {
    return accept("\\") ? escapedCharacter() : next();
  }

  private int escapedCharacter() {
    int c = next();
    return switch (c) {
      case 'a' -> 7;
      case 'f' -> '\f';
      case 'n' -> '\n';
      case 'r' -> '\r';
      case 't' -> '\t';
      case 'v' -> 11;
      case 'x' -> hexadecimal();
      case '0', '1', '2', '3', '4', '5', '6', '7' -> octal(c - '0');
      default -> {
        if (c < 0x80 && Character.isLetterOrDigit(c)) {
          throw new GiveUpException();
        }
        yield c;
      }
    };
  }

  private int octal(int first) {
    int value = first;
    for (int i = 0; i < 2 && more() && peek() >= '0' && peek() <= '7'; i++) {
      value = value * 8 + next() - '0';
    }
    return value;
  }

  private int hexadecimal() {
    int end = at + 2;
    int start = at;
    if (accept("{")) {
      start = at;
      end = pattern.indexOf('}', at);
      at = end + 1;
    } else {
      at = end;
    }
    if (end < 0 || end > pattern.length()) {
      throw new GiveUpException();
    }
    try {
      return Integer.parseInt(pattern, start, end, 16);
    } catch (NumberFormatException e) {
      throw new GiveUpException();
    }
  }

  private Node literal(int c) {
    // A surrogate has no UTF-8.
    exact &= !(c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE);
    if (!fold) {
      return Node.literal(Character.toString(c).getBytes(StandardCharsets.UTF_8));
    }
    if (c >= 0x80) {
      widened = true;
      exact = false;
      // Two characters outside ASCII fold into it: the Kelvin sign and the long s.
      ByteSet set = ByteSet.of('k').or(ByteSet.of('s')).withBothCases();
      return Node.characters(set, true);
    }
    Node letter = new Node.Bytes(ByteSet.of(c).withBothCases());
    return switch (c) {
      case 'k', 'K' -> new Node.Alternate(List.of(letter, Node.literal(KELVIN)));
      case 's', 'S' -> new Node.Alternate(List.of(letter, Node.literal(LONG_S)));
      default -> letter;
    };
  }

  private boolean more() {
    return at < pattern.length();
  }

  private int peek() {
    return pattern.codePointAt(at);
  }

  private int next() {
    if (!more()) {
      throw new GiveUpException();
    }
    int c = pattern.codePointAt(at);
    at += Character.charCount(c);
    return c;
  }

  private boolean accept(String text) {
    if (!pattern.startsWith(text, at)) {
      return false;
    }
    at += text.length();
    return true;
  }

  /// The pattern holds something that is not understood.
  private static final class GiveUpException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    GiveUpException() {
      super("pattern not understood", null, false, false);
    }
  }
}
