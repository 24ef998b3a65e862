package dev.headgate.pipeline.process.ottl;

import dev.headgate.config.Signal;
import dev.headgate.pipeline.process.ottl.Lexer.Kind;
import dev.headgate.pipeline.process.ottl.Lexer.Token;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Finds the context that texts are about from the paths, functions and symbols in them, as the
/// Collector does: the most particular context that a path names; where it lacks a function or a
/// symbol, the first more particular one that has them all.
final class Inference {
  private static final Set<String> KEYWORDS =
      Set.of("and", "or", "not", "nil", "true", "false", "where");

  private final Signal signal;
  private final Set<String> contextNames = new HashSet<>();
  private final Set<String> functions = new HashSet<>();
  private final Set<String> symbols = new HashSet<>();

  private Inference(Signal signal) {
    this.signal = signal;
  }

  /// The context of some texts.
  ///
  /// @throws OttlException when they have none
  static Context infer(Signal signal, List<String> texts) {
    Inference inference = new Inference(signal);
    for (String text : texts) {
      inference.scan(Lexer.tokens(text));
    }
    return inference.decide();
  }

  private void scan(List<Token> tokens) {
    for (int i = 0; i + 1 < tokens.size(); i++) {
      Token token = tokens.get(i);
      boolean inside = i > 0 && tokens.get(i - 1).is(Kind.SYMBOL, ".");
      if (token.kind() != Kind.NAME || inside || KEYWORDS.contains(token.text())) {
        continue;
      }
      Token next = tokens.get(i + 1);
      boolean upper = Character.isUpperCase(token.text().charAt(0));
      if (upper) {
        (next.is(Kind.SYMBOL, "(") ? functions : symbols).add(token.text());
      } else if (next.is(Kind.SYMBOL, ".")) {
        contextNames.add(token.text());
      }
    }
  }

  private Context decide() {
    Context named = null;
    for (Context context : Context.of(signal)) {
      if (named == null && namesFor(context).stream().anyMatch(contextNames::contains)) {
        named = context;
      }
    }
    if (named == null) {
      throw new OttlException(
          "no path begins with a context (expected: one of "
              + Context.of(signal).stream()
                  .map(Context::contextName)
                  .collect(Collectors.joining(", "))
              + " in front of each path, or the key context)");
    }
    for (Context candidate : candidates(named)) {
      if (hasAll(candidate)) {
        return candidate;
      }
    }
    // Parsing in this context names what it does not have.
    return named;
  }

  private static List<String> namesFor(Context context) {
    return context == Context.SCOPE
        ? List.of("scope", "instrumentation_scope")
        : List.of(context.contextName());
  }

  private List<Context> candidates(Context named) {
    List<Context> candidates = new ArrayList<>();
    candidates.add(named);
    for (Context context : Context.of(signal)) {
      if (context.encloses(named.part())) {
        candidates.add(context);
      }
    }
    return candidates;
  }

  private boolean hasAll(Context context) {
    for (String name : functions) {
      @Nullable Function function = Function.named(name);
      if (function != null && !function.in(context)) {
        return false;
      }
    }
    for (String symbol : symbols) {
      if (Symbols.number(context, symbol) < 0) {
        return false;
      }
    }
    return true;
  }
}
