package dev.headgate.gateway.ops;

import java.time.Instant;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// Something that went wrong, and whether it still does.
///
/// @param subject the component or client that it is about, empty = the gateway
/// @param detail a word of ours, never what somebody sent
/// @param last when it was seen last
/// @param until when it was over, null while it is not
public record Incident(
    Kind kind,
    String subject,
    String detail,
    Instant since,
    Instant last,
    @Nullable Instant until) {

  /// Each of the alerts has a place there, under its name.
  private static final String ALERTS = "docs/operations.md#headgate";

  /// How bad it is.
  public enum Severity {
    /// Data is lost or not taken, or soon will be.
    CRITICAL,
    /// Worth a look.
    WARNING;

    /// As it is shown.
    public String label() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /// What can go wrong.
  public enum Kind {
    /// An exporter's requests fail and none succeeds.
    BACKEND_DOWN(Severity.CRITICAL, "backend down", ALERTS + "backenddown"),
    /// Requests are not taken for want of room or time.
    REFUSALS(Severity.CRITICAL, "requests refused", ALERTS + "refusing"),
    /// Items that were taken are given up.
    DATA_LOST(Severity.CRITICAL, "items given up", ALERTS + "deliverybudgetburn"),
    /// The queue of an exporter is nearly full.
    QUEUE_FILLING(Severity.WARNING, "queue nearly full", ALERTS + "queuefilling"),
    /// The byte budget is nearly used up.
    BUDGET(Severity.WARNING, "budget nearly used up", ALERTS + "budgetnearlimit"),
    /// Requests are not taken because of what they are or who sent them.
    BAD_REQUESTS(Severity.WARNING, "bad requests", ALERTS + "clienterrors"),
    /// The last attempt to load the configuration failed.
    RELOAD_FAILED(Severity.WARNING, "reload failed", ALERTS + "reloadfailed"),
    /// Tokens of a client do not count: its file is gone or empty, or has bad lines.
    TOKENS(Severity.WARNING, "tokens do not count", "docs/operator-api.md#access"),
    /// The ledger does not add up.
    LEDGER(Severity.CRITICAL, "ledger out of balance", ALERTS + "ledgerimbalance");

    private final Severity severity;
    private final String text;
    private final String runbook;

    Kind(Severity severity, String text, String runbook) {
      this.severity = severity;
      this.text = text;
      this.runbook = runbook;
    }

    /// How bad it is.
    public Severity severity() {
      return severity;
    }

    /// As it is shown.
    public String text() {
      return text;
    }

    /// Where the project's files say what it means and what to do.
    public String runbook() {
      return runbook;
    }

    /// As JSON names it.
    public String label() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /// Whether it still goes on.
  public boolean isOpen() {
    return until == null;
  }

  /// The same, over.
  Incident endedAt(Instant end) {
    return new Incident(kind, subject, detail, since, last, end);
  }

  boolean is(Kind otherKind, String otherSubject) {
    return kind == otherKind && subject.equals(otherSubject);
  }
}
