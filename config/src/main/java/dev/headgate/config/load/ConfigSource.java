package dev.headgate.config.load;

/// A text that holds configuration.
///
/// @param name what errors call it: the path of a file, or a word such as `default policy`
/// @param text YAML
public record ConfigSource(String name, String text) {}
