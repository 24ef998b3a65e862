package dev.headgate.config.load;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The reference page of the configuration, written from the tables that read it, with the page of
/// differences from the Collector, which people write, as one of its sections.
public final class ConfigReference {
  /// Blocks that several components have, described once.
  private static final List<Key<?>> SHARED =
      List.of(DeliveryKeys.QUEUE, DeliveryKeys.RETRY, DeliveryKeys.TLS);

  private final StringBuilder out = new StringBuilder();

  private ConfigReference() {}

  /// The page in Markdown, ending with a line break.
  ///
  /// @param differences the page `docs/differences.md`
  public static String markdown(String differences) {
    ConfigReference reference = new ConfigReference();
    reference.out.append(ReferenceText.INTRODUCTION);
    reference.section("Receivers", Catalog.RECEIVERS);
    reference.section("Processors", Catalog.PROCESSORS);
    reference.out.append(ReferenceText.PROCESSOR_NOTES);
    reference.section("Exporters", Catalog.EXPORTERS);
    for (Key<?> key : SHARED) {
      reference.out.append("### ").append(code(key.name())).append("\n\nOf exporters.\n\n");
      reference.block(key.type().block());
    }
    reference.section("Extensions", Catalog.EXTENSIONS);
    reference.section("Connectors", Catalog.CONNECTORS);
    reference.out.append("## Service\n\n");
    reference.block(ServiceBlock.BLOCK);
    // Its title becomes that of a section.
    reference.out.append('#').append(differences).append('\n');
    reference.out.append(ReferenceText.DEFAULT_POLICY);
    reference.out.append("```yaml\n").append(DefaultPolicy.yaml(_ -> null)).append("```\n");
    return reference.out.toString();
  }

  /// The types of components that this version runs, aliases included, by section.
  public static Map<String, List<String>> components() {
    Map<String, List<String>> types = new LinkedHashMap<>();
    types.put("receivers", List.copyOf(Catalog.RECEIVERS.blocks().keySet()));
    types.put("processors", List.copyOf(Catalog.PROCESSORS.blocks().keySet()));
    types.put("exporters", List.copyOf(Catalog.EXPORTERS.blocks().keySet()));
    types.put("extensions", List.copyOf(Catalog.EXTENSIONS.blocks().keySet()));
    return types;
  }

  private void section(String title, Section<?> section) {
    out.append("## ").append(title).append("\n\n");
    Map<Block<?>, List<String>> names = new LinkedHashMap<>();
    section
        .blocks()
        .forEach(
            (type, block) -> names.computeIfAbsent(block, _ -> new ArrayList<>()).add(code(type)));
    names.forEach((block, types) -> {
      out.append("### ").append(String.join(", ", types)).append("\n\n");
      block(block);
    });
    if (!section.idle().isEmpty()) {
      out.append(title).append(" of the Collector that are accepted with a notice:\n\n");
      section.idle().forEach((type, why) -> bullet(code(type), why));
      out.append('\n');
    }
    if (!section.unsupported().isEmpty()) {
      out.append(title)
          .append(" of the Collector that are not supported, with what to use instead:\n\n");
      byText(section.unsupported()).forEach((text, types) -> bullet(types, text));
      out.append('\n');
    }
  }

  private void block(@Nullable Block<?> block) {
    if (block == null) {
      return;
    }
    Rows rows = rows(block);
    out.append("| key | type | default | meaning |\n|---|---|---|---|\n");
    for (Row row : rows.honoured()) {
      Key<?> key = row.key();
      out.append("| ")
          .append(code(row.path()))
          .append(" | ")
          .append(type(key))
          .append(" | ")
          .append(shownDefault(key))
          .append(" | ")
          .append(cell(key.meaning()))
          .append(" |\n");
    }
    out.append('\n');
    others(rows);
  }

  private void others(Rows rows) {
    others(rows, OtherKey.Status.HARMLESS, "Harmless here (accepted with a notice):\n\n");
    others(rows, OtherKey.Status.UNSUPPORTED, "Not supported, with what to use instead:\n\n");
  }

  private void others(Rows rows, OtherKey.Status status, String title) {
    Map<String, String> texts = new LinkedHashMap<>();
    for (OtherRow row : rows.others()) {
      if (row.key().status() == status) {
        String fine =
            row.key().fine().isEmpty()
                ? ""
                : " (accepted: " + code(String.join(", ", row.key().fine())) + ")";
        texts.put(row.path(), row.key().text() + fine);
      }
    }
    if (!texts.isEmpty()) {
      out.append(title);
      byText(texts).forEach((text, paths) -> bullet(paths, text));
      out.append('\n');
    }
  }

  private void bullet(String subject, String text) {
    out.append("- ").append(subject).append(": ").append(text).append('\n');
  }

  /// Names that share a text, joined.
  private static Map<String, String> byText(Map<String, String> texts) {
    Map<String, String> joined = new LinkedHashMap<>();
    texts.forEach((name, text) -> joined.merge(text, code(name), (a, b) -> a + ", " + b));
    return joined;
  }

  private record Row(String path, Key<?> key) {}

  private record OtherRow(String path, OtherKey key) {}

  private record Rows(List<Row> honoured, List<OtherRow> others) {}

  /// All keys of a block and of those inside it, by path.
  private static Rows rows(Block<?> block) {
    Rows rows = new Rows(new ArrayList<>(), new ArrayList<>());
    collect(block, "", rows);
    return rows;
  }

  private static void collect(Block<?> block, String prefix, Rows rows) {
    for (OtherKey other : block.others()) {
      rows.others().add(new OtherRow(prefix + other.name(), other));
    }
    if (block == RootBlock.BLOCK) {
      return;
    }
    for (Key<?> key : block.keys()) {
      Block<?> inner = key.type().block();
      boolean leaf = inner == null || SHARED.contains(key);
      if (leaf || !key.meaning().isEmpty()) {
        rows.honoured().add(new Row(prefix + key.name(), key));
      }
      if (inner != null && !leaf) {
        collect(inner, prefix + key.name() + suffix(key.type()), rows);
      }
    }
  }

  private static String suffix(Type<?> type) {
    if (type instanceof Block) {
      return ".";
    }
    return type instanceof ListType ? "[]." : ".<id>.";
  }

  private static String type(Key<?> key) {
    return SHARED.contains(key) ? "[block](#" + key.name() + ")" : cell(key.type().title());
  }

  private static String shownDefault(Key<?> key) {
    if (key.defaultValue() == null) {
      return cell(key.shownDefault());
    }
    return code(cell(key.shownDefault().isEmpty() ? "\"\"" : key.shownDefault()));
  }

  private static String code(String text) {
    return "`" + text + "`";
  }

  private static String cell(String text) {
    return text.replace("|", "\\|");
  }
}
