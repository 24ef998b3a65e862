package dev.headgate.pipeline.process.secrets;

import java.util.ArrayList;
import java.util.List;

/// Texts with secrets and without. They are put together from pieces, so that no tool takes this
/// file for a leak.
final class SecretSamples {
  private static final String PASS = "pass" + "word";
  private static final String HUNTER = "hunt" + "er2";
  private static final String HEX = "0123456789abcdef";
  private static final String MIX = "aZ3kQ9xR2mT7vB1nL5pW";

  /// A text with one secret.
  ///
  /// @param rule the rule that names it
  /// @param expected what is left of the text
  record Sample(String rule, String text, String expected) {
    @Override
    public String toString() {
      return rule + ": " + expected;
    }
  }

  private final List<Sample> samples = new ArrayList<>();

  private SecretSamples() {}

  /// Secrets as they stand in logs.
  static List<Sample> all() {
    SecretSamples all = new SecretSamples();
    all.passwords();
    all.assignments();
    all.headers();
    all.addresses();
    all.tokens();
    all.blocks();
    all.numbers();
    return List.copyOf(all.samples);
  }

  private void add(String rule, String before, String secret, String after) {
    samples.add(new Sample(rule, before + secret + after, before + "[REDACTED]" + after));
  }

  private void passwords() {
    add("password", PASS + "=", HUNTER, "");
    add("password", "user=bob " + PASS + "=", HUNTER, " host=db");
    add("password", "{\"" + PASS + "\":\"", HUNTER, "\",\"user\":\"bob\"}");
    add("password", "{\"" + PASS + "\" : \"", "hun\\\"ter, 2", "\", \"a\":1}");
    add("password", "{\\\"" + PASS + "\\\":\\\"", HUNTER, "\\\",\\\"a\\\":1}");
    add("password", "{\\\\\\\"" + PASS + "\\\\\\\":\\\\\\\"", HUNTER, "\\\\\\\",\\\\\\\"a");
    add("password", PASS + "=\"", "abc (cut", "\nthe next line says it\"s fine");
    add("password", "{\"" + PASS + "\": \"", "hunter\n2", "\"}");
    add("password", PASS + "=", "12345", "");
    add("password", "pass=\"", "12345", "\"");
    add("password", "{'" + PASS + "': '", HUNTER, "', 'user': 'bob'}");
    add("password", ":" + PASS + "=>\"", HUNTER, "\", :user=>\"bob\"");
    add("password", "db:\n  user: bob\n  " + PASS + ": ", HUNTER, "\n  host: db\n");
    add("password", "  " + PASS + ": ", "goodspec", "\n");
    add("password", "DB_" + "PASSWORD=", "s3cr3t!", "");
    add("password", "User(name=bob, " + PASS + "=", HUNTER, ", age=3)");
    add("password", "Login[" + PASS + "=", HUNTER, "]");
    add("password", "<" + PASS + ">", HUNTER, "</" + PASS + ">");
    add("password", "Server=db;Pwd=", HUNTER, ";Encrypt=true");
    add("password", "sqlserver://db:1433;user=sa;" + PASS + "=", "Pa55", ";encrypt=true");
    add("password", "postgresql://db/app?user=bob&" + PASS + "=", HUNTER, "&ssl=true");
    add("password", "run --" + PASS + " ", HUNTER, " --user bob");
    add("password", "WITH PASSWORD '", HUNTER, "'");
    add("password", "IDENTIFIED BY '", HUNTER, "'");
    add("password", "body=%7B%22" + PASS + "%22%3A%22", HUNTER, "%22%7D");
    add("password", "map[" + PASS + ":[", HUNTER, "] user:[bob]]");
    add("password", "é " + PASS + "=", "ünïcode€", " é");
    add("password", "\"" + PASS + "\":\"", HUNTER, "");
  }

  private void assignments() {
    add("secret", "client_secret=", MIX, "&grant_type=x");
    add("secret", "\"clientSecret\": \"", MIX, "\"");
    add("secret", "aws_secret_access_key = ", MIX + "/" + MIX, "");
    add("secret", "vendor SECRET ", MIX, "");
    add("token", "X-Vault-Token: ", MIX, "");
    add("token", "vendor_token=", "abcd1234efgh", "; path=/");
    add("token", "GET /x?access_token=", MIX, "&state=5 HTTP/1.1");
    add("token", "GET /x?token%3D", MIX, "");
    add("token", "token 123 is bad: refresh-token=", MIX, "");
    add("api_key", "GET /x?api_key=", "AB12cd34EF56", "&q=1");
    add("api_key", "X-API-Key: ", HEX, "");
    add("api_key", "DefaultEndpointsProtocol=https;AccountKey=", MIX + MIX + "==", ";X=y");
    add("key", "DATAVENDOR_KEY: ", HEX, "");
    add("key", "mail key-", "9" + HEX, "");
    add("session_cookie", "Cookie: JSESSIONID=", HEX.toUpperCase(java.util.Locale.ROOT), "; a=b");
  }

  private void headers() {
    add("http_authorization", "Authorization: Bearer ", "abc123def456", "");
    add("http_authorization", "authorization=[Bearer ", MIX, "], accept=[*/*]");
    add("http_authorization", "Authorization: Basic ", "dXNlcjpw" + "YXNzd29yZA==", "");
    add("http_authorization", "{\"h\":\"bearer ", MIX + "." + MIX, "\"}");
    add("authorization", "Authorization: ApiKey ", HEX, " x");
    add("authorization", "\"authorization\":\"Custom ", HEX, "\"");
  }

  private void addresses() {
    add("url_credentials", "postgres://bob:", HUNTER, "@db:5432/app");
    add("url_credentials", "postgres://bob:", "p@ss:w0rd", "@db:5432/app");
    add("url_credentials", "redis://:", HUNTER, "@cache:6379/0");
    add("url_credentials", "redis://u:", "12345", "@cache:6379/0");
    add("url_credentials", "redis://u:", "123456?x", "@cache:6379/0");
    add("url_credentials", "mongodb+srv://u:", "p%40ss", "@cluster0.example.net/?w=1");
    add("url_credentials", "jdbc:oracle:thin:scott/", "tiger", "@//db:1521/orcl");
    add("slack_webhook", "https://hooks.slack.com/serv" + "ices/", "T0/B0/" + MIX + MIX, "");
  }

  private void tokens() {
    add("aws_access_key_id", "id ", "AK" + "IAIOSFODNN7EXAMPLE", ",");
    add("github_token", "clone with ", "gh" + "p_" + MIX + "0123456789ABCDEF", "");
    add("github_token", "https://", "gh" + "p_" + MIX + "0123456789ABCDEF", "@github.com/x/y");
    add("github_token", "line\\n", "gh" + "p_" + MIX + "0123456789ABCDEF", "\\n");
    add("github_token", "token=", "gh" + "p_" + MIX + "0123456789ABCDEF", "");
    add("slack_token", "", "xo" + "xb-123456789012-" + MIX, " used");
    add("stripe_key", "charge by ", "sk" + "_live_" + MIX, "");
    add("anthropic_key", "model key ", "sk-" + "ant-api03-" + MIX + MIX, ".");
    add("openai_key", "model key ", "sk-" + "proj-" + MIX + MIX, ".");
    add("twilio_key", "sid ", "SK" + HEX + HEX, "");
    add("terraform_token", "", "abcdefABCDEF12.atl" + "asv1." + MIX + MIX + MIX, "");
    add("jwt", "user ", "eyJ" + "hbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0." + MIX, " in");
    add("jwt", "cut ", "eyJ" + "hbGciOiJIUzI1NiJ9.eyJzdWIiOiIx", "");
  }

  private void blocks() {
    String begin = "-----BEGIN RSA PRIV" + "ATE KEY-----";
    String end = "-----END RSA PRIV" + "ATE KEY-----";
    add("private_key_block", begin, "\nMIIEow" + MIX + "\n" + MIX + "==\n", end + "\n");
    add("private_key_block", "\"" + begin, "\\nMIIEow" + MIX + "\\n" + MIX + "\\n", end + "\\n\"");
    add("private_key_block", begin, "\nMIIEow" + MIX + MIX, "");
    add("private_key_block", begin, "\nProc-Type: 4,ENCRYPTED\n\n" + MIX + "\n", end);
  }

  private void numbers() {
    add("card_number", "card ", "4111 1111 1111 1111", " exp 12/26");
    add("card_number", "card=", "41111111" + "11111111", "");
    add("card_number", "(", "5500-0000-0000-0004", ")");
    add("card_number", "amex ", "37828224" + "6310005", ".");
    add("iban", "from ", "DE89" + "370400440532013000", " to");
    add("iban", "from ", "GB29 NWBK 6016 1331 9268 19", "");
  }

  /// Texts about secrets, or with numbers and names that resemble them.
  static List<String> harmless() {
    return List.of(
        "Invalid password for user bob",
        "password: incorrect",
        "Password: must be at least 8 characters",
        "password=****",
        "password=[REDACTED]",
        "\"password\":\"[REDACTED]\"",
        "\"password\": null, \"x\": 1",
        "\"password\": \"\"",
        "password=${DB_PASSWORD}",
        "password: {{ .Values.password }}",
        "def login(self, user = \"\", password = \"\", domain = \"\"):",
        "pass: 12, fail: 3",
        "PWD=/home/user/project1",
        "token expired at 2026-11-21T06:39:14Z",
        "token: expired",
        "{\"prompt_tokens\": 128, \"total_tokens\": 1000, \"max_tokens\": 4096}",
        "nextPageToken=CAUQAA12345678abcd",
        "\"token_type\":\"Bearer\",\"expires_in\":3600",
        "token_endpoint=https://auth.example.com/oauth2/token",
        "partition key 7f3a9b2c4d5e6f708192a3b4c5d6e7f8",
        "cache key=user:1234:profile hit",
        "s3 object key uploads/4bf92f3577b34da6a3ce929d0e0e4736.png",
        "idempotency-key: 4bf92f35-77b3-4da6-a3ce-929d0e0e4736",
        "key.converter=org.apache.kafka.connect.json.JsonConverter1234",
        "duplicate key value violates unique constraint \"users_pkey\"",
        "public_key=0123456789abcdef0123456789abcdef0123",
        "tls.secretName=ingress-tls",
        "secret \"my-registry-cred\" not found",
        "auth service auth-7d9f8b6c5d-x2x4z started",
        "access denied for user 'bob'@'10.0.0.1' (using password: YES)",
        "Authorization header missing",
        "basic authentication is enabled",
        "basic AAAAAAAA",
        "basic abcdefg_",
        "http://example.com:8080?email=joe@example.org",
        "http://example.com:80#joe@example.org",
        "amqp://rabbit:5672,contact=ops@example.com",
        "mysql://db:3306;owner=ops@example.com",
        "mysql://db:3306 owner ops@example.com",
        "tests pass=1204",
        "passed=12 failed=0 pass=100%",
        "epoch 3 pass=5",
        "pass=2/3",
        "password=user.getPassword",
        "pwd=C:\\Users\\app",
        "pwd=C:\\temp",
        "s3 key=data/part-00000-x9f8e7d6c5b4a3.snappy.parquet",
        "commit key 4bf92f3577b34da6a3ce929d0e0e47364bf92f35",
        "etag key=4bf92f3577b34da6a3ce929d0e0e4736",
        "WWW-Authenticate: Bearer realm=\"example\", error=\"invalid_token\"",
        "trace_id=4bf92f3577b34da6a3ce929d0e0e4736 span_id=00f067aa0ba902b7",
        "commit 4bf92f3577b34da6a3ce929d0e0e47364bf92f35",
        "amqp://user:*****@example.com",
        "amqps://username:$password@localhost:5672",
        "http://localhost:8080/path@x",
        "git@github.com:foo/bar.git",
        "order 5105105105105100123, ratio 0.4111111111111111",
        "request 4111111111111112 done",
        "timestamp 1790000000000000000",
        "DE88370400440532013000",
        "AKIAXXXXXXXXXXXXXXXX");
  }
}
