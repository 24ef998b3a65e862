package dev.headgate.gateway;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import dev.headgate.config.load.Problem;
import dev.headgate.gateway.Reload.Outcome;
import dev.headgate.gateway.admin.Answer;
import java.util.List;
import java.util.stream.Collectors;

/// What `POST /-/reload` answers: 200 when the configuration is in force, 400 with every problem
/// when it cannot be, 503 while the gateway stops; as text or as JSON.
final class ReloadAnswer {
  private ReloadAnswer() {}

  static Answer of(Outcome outcome, boolean json) {
    return json ? json(outcome) : text(outcome);
  }

  private static Answer text(Outcome outcome) {
    return switch (outcome) {
      case Outcome.Applied applied ->
          Answer.text(200, "reloaded " + applied.hash() + ": " + applied.diff());
      case Outcome.Unchanged unchanged ->
          Answer.text(200, "unchanged " + unchanged.hash() + ": nothing to do");
      case Outcome.Rejected rejected ->
          Answer.text(
              400,
              rejected.problems().stream()
                  .map(Problem::toString)
                  .collect(
                      Collectors.joining(
                          "\n", "", "\nrefused: configuration " + rejected.hash() + " runs on")));
      case Outcome.Stopping _ -> Answer.text(503, "stopping");
    };
  }

  private static Answer json(Outcome outcome) {
    return switch (outcome) {
      case Outcome.Applied applied ->
          Answer.json(
              200,
              "{\"status\":\"reloaded\",\"hash\":"
                  + quoted(applied.hash())
                  + ",\"added\":"
                  + array(applied.diff().added())
                  + ",\"changed\":"
                  + array(applied.diff().changed())
                  + ",\"removed\":"
                  + array(applied.diff().removed())
                  + "}\n");
      case Outcome.Unchanged unchanged ->
          Answer.json(
              200, "{\"status\":\"unchanged\",\"hash\":" + quoted(unchanged.hash()) + "}\n");
      case Outcome.Rejected rejected ->
          Answer.json(
              400,
              "{\"status\":\"refused\",\"hash\":"
                  + quoted(rejected.hash())
                  + ",\"problems\":"
                  + rejected.problems().stream()
                      .map(ReloadAnswer::problem)
                      .collect(Collectors.joining(",", "[", "]"))
                  + "}\n");
      case Outcome.Stopping _ -> Answer.json(503, "{\"status\":\"stopping\"}\n");
    };
  }

  private static String problem(Problem problem) {
    return "{\"file\":"
        + quoted(problem.file())
        + ",\"line\":"
        + problem.line()
        + ",\"key\":"
        + quoted(problem.path())
        + ",\"message\":"
        + quoted(problem.message())
        + "}";
  }

  private static String array(List<String> texts) {
    return texts.stream().map(ReloadAnswer::quoted).collect(Collectors.joining(",", "[", "]"));
  }

  private static String quoted(String text) {
    StringBuilder quoted = new StringBuilder(text.length() + 2).append('"');
    JsonStringEncoder.getInstance().quoteAsString(text, quoted);
    return quoted.append('"').toString();
  }
}
