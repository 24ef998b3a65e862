package dev.headgate.config.load;

import dev.headgate.config.AdminConfig;
import dev.headgate.config.AdminConfig.Client;
import dev.headgate.config.AdminRole;
import java.nio.file.Path;
import java.util.List;

/// `service.telemetry.admin`.
final class AdminBlock {
  private static final int MAX_NAME_CHARS = 64;
  private static final ScalarType<String> NAME_TYPE =
      ScalarType.of(
          "name",
          "a name of letters, digits and ._-",
          (text, _) -> {
            boolean fits =
                !text.isEmpty()
                    && text.length() <= MAX_NAME_CHARS
                    && text.chars().allMatch(AdminBlock::isNameChar);
            if (!fits) {
              throw new BadValueException("is not a name");
            }
            return text;
          });

  private static final Key<String> NAME =
      Key.required("name", NAME_TYPE, "what the audit log calls them");
  private static final Key<AdminRole> ROLE =
      Key.of(
          "role",
          Types.choice("viewer", AdminRole.VIEWER, "admin", AdminRole.ADMIN),
          AdminRole.VIEWER,
          "viewer looks; admin also reloads and taps");
  private static final Key<Path> TOKEN_FILE =
      Key.required(
          "token_file",
          Types.PATH,
          "file with a bearer token a line, of 16 characters at least; a change counts at once");

  private static final Key<List<Client>> CLIENTS =
      Key.of(
          "clients",
          ListType.of(
              Block.of(
                  v -> new Client(v.get(NAME), v.get(ROLE), v.get(TOKEN_FILE)),
                  NAME,
                  ROLE,
                  TOKEN_FILE),
              "clients"),
          List.of(),
          "who may come with a token");
  private static final Key<AdminRole> LOOPBACK_ROLE =
      Key.of(
          "loopback_role",
          Types.choiceOf(AdminRole.class),
          AdminRole.NONE,
          "what callers on this machine may do without a token");
  private static final Key<Path> AUDIT_LOG =
      Key.optional(
          "audit_log",
          Types.PATH,
          "standard error",
          "file to which every change of the configuration and every action is added, as JSON"
              + " lines");

  static final Block<AdminConfig> BLOCK =
      Block.of(
          v -> new AdminConfig(v.get(CLIENTS), v.get(LOOPBACK_ROLE), v.find(AUDIT_LOG)),
          CLIENTS,
          LOOPBACK_ROLE,
          AUDIT_LOG);

  private AdminBlock() {}

  private static boolean isNameChar(int c) {
    return (c >= 'a' && c <= 'z')
        || (c >= 'A' && c <= 'Z')
        || (c >= '0' && c <= '9')
        || "._-".indexOf(c) >= 0;
  }
}
