package dev.headgate.config.load;

import dev.headgate.config.ComponentId;
import dev.headgate.config.ExporterConfig;
import dev.headgate.config.ExtensionConfig;
import dev.headgate.config.OtlpReceiverConfig;
import dev.headgate.config.ProcessorConfig;
import dev.headgate.config.load.ServiceBlock.Service;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The top of a configuration.
final class RootBlock {
  /// All sections as read, null where a section could not be.
  ///
  /// @param connectors ids of connectors, all of which were refused
  record Root(
      @Nullable Declared<OtlpReceiverConfig> receivers,
      @Nullable Declared<ProcessorConfig> processors,
      @Nullable Declared<ExporterConfig> exporters,
      @Nullable Declared<ExtensionConfig> extensions,
      Set<ComponentId> connectors,
      @Nullable Service service) {}

  private static final Key<Declared<OtlpReceiverConfig>> RECEIVERS =
      Key.required("receivers", Catalog.RECEIVERS, "");
  private static final Key<Declared<ProcessorConfig>> PROCESSORS =
      Key.optional("processors", Catalog.PROCESSORS, "none", "");
  private static final Key<Declared<ExporterConfig>> EXPORTERS =
      Key.required("exporters", Catalog.EXPORTERS, "");
  private static final Key<Declared<ExtensionConfig>> EXTENSIONS =
      Key.optional("extensions", new Extensions(), "none", "");
  private static final Key<Declared<ComponentId>> CONNECTORS =
      Key.optional("connectors", Catalog.CONNECTORS, "none", "");
  private static final Key<Service> SERVICE = Key.required("service", ServiceBlock.BLOCK, "");

  static final Block<Root> BLOCK =
      Block.of(
              v ->
                  new Root(
                      v.find(RECEIVERS),
                      v.has(PROCESSORS) ? v.find(PROCESSORS) : Declared.none(),
                      v.find(EXPORTERS),
                      v.has(EXTENSIONS) ? v.find(EXTENSIONS) : Declared.none(),
                      connectors(v.find(CONNECTORS)),
                      v.find(SERVICE)),
              EXTENSIONS,
              EXPORTERS,
              RECEIVERS,
              PROCESSORS,
              CONNECTORS,
              SERVICE)
          .builtAlways();

  private RootBlock() {}

  private static Set<ComponentId> connectors(@Nullable Declared<ComponentId> declared) {
    return declared == null ? Set.of() : declared.marks().keySet();
  }

  /// Keeps the extensions for the keys that name them.
  private static final class Extensions implements Type<Declared<ExtensionConfig>> {
    @Override
    public @Nullable Declared<ExtensionConfig> read(Node node, Place place) {
      Declared<ExtensionConfig> declared = Catalog.EXTENSIONS.read(node, place);
      if (declared != null) {
        place.reading().extensions(declared);
      }
      return declared;
    }

    @Override
    public String title() {
      return Catalog.EXTENSIONS.title();
    }
  }
}
