package dev.headgate.config.load;

import dev.headgate.config.ComponentId;
import org.jspecify.annotations.Nullable;

/// Where in the configuration a value is read, and where its problems go.
///
/// @param path such as `exporters.otlp/a.headers`, empty at the root
/// @param component the component around the value, null outside of any
record Place(Reading reading, String path, @Nullable ComponentId component) {
  static String join(String path, String key) {
    String shown = Shown.name(key);
    return path.isEmpty() ? shown : path + "." + shown;
  }

  Place key(String key) {
    return new Place(reading, join(path, key), component);
  }

  Place index(int index) {
    return new Place(reading, path + "[" + index + "]", component);
  }

  Place inside(ComponentId id) {
    return new Place(reading, path, id);
  }

  void problem(Mark mark, String message) {
    reading.add(Problem.at(mark, path, message));
  }

  void notice(Mark mark, String message) {
    reading.add(Notice.at(mark, path, message));
  }

  void markSecret() {
    reading.secretPaths().add(path);
  }
}
