package dev.headgate.gateway.admin;

import dev.headgate.config.AdminRole;
import java.io.IOException;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// What is under a path: for one method, and for those of a role.
///
/// @param action whether something is done (POST) and not only looked at (GET and HEAD)
/// @param needed the role that is needed, NONE = open to everybody
/// @param audited as what the audit log knows it, null when it does not
/// @param parameters of the query that it knows; others are refused
/// @param costly whether an answer is made for each request and may be large; few are made at a
///   time
public record Page(
    boolean action,
    AdminRole needed,
    AuditEvent.@Nullable Action audited,
    Set<String> parameters,
    boolean costly,
    Handler handler) {
  /// Makes the answer.
  @FunctionalInterface
  public interface Handler {
    /// The answer to somebody who may ask.
    Answer answer(Request request) throws IOException;
  }

  /// Something small, or always the same, that everybody may look at.
  public static Page open(Handler handler) {
    return new Page(false, AdminRole.NONE, null, Set.of(), false, handler);
  }

  /// Something that everybody may look at and that is made anew each time.
  public static Page openAndMade(Handler handler) {
    return new Page(false, AdminRole.NONE, null, Set.of(), true, handler);
  }

  /// Something to look at.
  public static Page view(AdminRole needed, Set<String> parameters, Handler handler) {
    return new Page(false, needed, null, parameters, true, handler);
  }

  /// Something to look at for those who may also act; who does is in the audit log.
  public static Page audited(AuditEvent.Action audited, Set<String> parameters, Handler handler) {
    return new Page(false, AdminRole.ADMIN, audited, parameters, true, handler);
  }

  /// Something to do.
  public static Page action(AdminRole needed, AuditEvent.Action audited, Handler handler) {
    return new Page(true, needed, audited, Set.of(), false, handler);
  }
}
