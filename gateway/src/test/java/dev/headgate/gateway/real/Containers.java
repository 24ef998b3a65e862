package dev.headgate.gateway.real;

import static org.junit.jupiter.api.Assumptions.abort;

import com.github.dockerjava.api.exception.DockerException;
import com.github.dockerjava.api.model.Capability;
import com.github.dockerjava.api.model.HostConfig;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Properties;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.containers.ContainerFetchException;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.shaded.org.awaitility.core.ConditionTimeoutException;
import org.testcontainers.utility.DockerImageName;
import org.testcontainers.utility.MountableFile;

/// Containers of the images in `container-images.properties`.
final class Containers {
  private static final long LIMIT_BYTES = 256L << 20;
  private static final Path TREE = Path.of("").toAbsolutePath().getParent();
  private static final String GATEWAY = "headgate";
  private static final Properties IMAGES = images();

  private Containers() {}

  /// The gateway with the production policy, restricted as `deploy/docker-compose.yml` does. Skips
  /// the test where its image is of another revision than this tree.
  static GenericContainer<?> gateway() {
    GenericContainer<?> container = of(GATEWAY);
    needRevision();
    return container
        .withCreateContainerCmdModifier(command -> restrict(command.getHostConfig()))
        .withStartupTimeout(Duration.ofMinutes(3));
  }

  private static void restrict(HostConfig host) {
    host.withReadonlyRootfs(true)
        .withMemory(LIMIT_BYTES)
        .withCapDrop(Capability.ALL)
        .withSecurityOpts(List.of("no-new-privileges:true"));
  }

  /// A container of a named image. Skips the test where there is no engine or no such image.
  static GenericContainer<?> of(String name) {
    String image = image(name);
    needEngine();
    if (!isHere(image)) {
      abort("docker: no image " + image + " (" + remedy(name) + ")");
    }
    return new GenericContainer<>(DockerImageName.parse(image));
  }

  private static String image(String name) {
    return System.getProperty("image." + name, Objects.requireNonNull(IMAGES.getProperty(name)));
  }

  private static String remedy(String name) {
    return name.equals(GATEWAY) ? "test/image/build" : "docker pull " + image(name);
  }

  /// An image that was named for the run is tested whatever it was made from; what merely lies
  /// around under the usual name, only if it is this tree's.
  private static void needRevision() {
    if (System.getProperty("image." + GATEWAY) != null) {
      return;
    }
    String image = image(GATEWAY);
    String made = revisionOf(image);
    String tree = Revision.of(TREE).orElse("none");
    if (!tree.equals(made) || tree.endsWith(Revision.CHANGED)) {
      abort(
          "docker: %s is of revision %s, not surely of this tree's, %s (test/image/build, or name it: -Dimage.headgate=%s)"
              .formatted(image, made, tree, image));
    }
  }

  private static String revisionOf(String image) {
    var config = DockerClientFactory.instance().client().inspectImageCmd(image).exec().getConfig();
    var labels = config == null ? null : config.getLabels();
    return labels == null ? "unknown" : labels.getOrDefault(Revision.LABEL, "unknown");
  }

  /// Skips the test where there is no engine, or not an image that Testcontainers itself needs.
  /// Whatever else goes wrong fails it.
  private static void needEngine() {
    try {
      DockerClientFactory.instance().client();
    } catch (IllegalStateException e) {
      abort("docker: no container engine");
    } catch (ContainerFetchException e) {
      abort(
          "docker: no image testcontainers/ryuk, and none to be pulled"
              + " (load it, or set TESTCONTAINERS_RYUK_DISABLED=true)");
    } catch (ConditionTimeoutException e) {
      // From within a container it asks a small image for the engine's address.
      abort(
          "docker: no image to find the engine's address with from within a container"
              + " (load alpine:3.17, or set TESTCONTAINERS_HOST_OVERRIDE)");
    }
  }

  private static boolean isHere(String image) {
    try {
      return DockerClientFactory.instance().client().inspectImageCmd(image).exec() != null;
    } catch (DockerException e) {
      return false;
    }
  }

  /// A file below `deploy/`.
  static MountableFile deployed(String path) {
    return MountableFile.forHostPath(TREE.resolve("deploy").resolve(path));
  }

  /// Where this JVM reaches a port of a container.
  static URI at(GenericContainer<?> container, int port) {
    return URI.create("http://" + container.getHost() + ":" + container.getMappedPort(port));
  }

  private static Properties images() {
    Properties images = new Properties();
    try (InputStream in = Containers.class.getResourceAsStream("/container-images.properties")) {
      images.load(Objects.requireNonNull(in));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return images;
  }
}
