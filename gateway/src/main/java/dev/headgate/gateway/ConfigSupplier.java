package dev.headgate.gateway;

import dev.headgate.config.load.ConfigException;
import dev.headgate.config.load.LoadResult;

/// Reads the configuration, each time as it is then.
@FunctionalInterface
public interface ConfigSupplier {
  /// Reads it.
  ///
  /// @throws ConfigException with everything that is wrong
  LoadResult load() throws ConfigException;
}
