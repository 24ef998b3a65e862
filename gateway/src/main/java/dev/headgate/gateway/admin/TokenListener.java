package dev.headgate.gateway.admin;

/// Hears of changed tokens.
@FunctionalInterface
public interface TokenListener {
  /// A client has other tokens than before.
  ///
  /// @param before how many they were
  /// @param after how many they are
  void changed(String client, int before, int after);
}
