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
import org.testcontainers.utility.DockerImageName;
import org.testcontainers.utility.MountableFile;

/// Containers of the images in `container-images.properties`.
final class Containers {
  private static final long LIMIT_BYTES = 256L << 20;
  private static final Path DEPLOY = Path.of("").toAbsolutePath().getParent().resolve("deploy");
  private static final Properties IMAGES = images();

  private Containers() {}

  /// The gateway with the production policy, restricted as `deploy/docker-compose.yml` does.
  static GenericContainer<?> gateway() {
    return of("headgate")
        .withCreateContainerCmdModifier(command -> restrict(command.getHostConfig()))
        .withStartupTimeout(Duration.ofSeconds(60));
  }

  private static void restrict(HostConfig host) {
    host.withReadonlyRootfs(true)
        .withMemory(LIMIT_BYTES)
        .withCapDrop(Capability.ALL)
        .withSecurityOpts(List.of("no-new-privileges:true"));
  }

  /// A container of a named image. Skips the test where there is no engine or no such image.
  static GenericContainer<?> of(String name) {
    String image =
        System.getProperty("image." + name, Objects.requireNonNull(IMAGES.getProperty(name)));
    needEngine();
    if (!isHere(image)) {
      abort("docker: no image " + image + " (docker pull " + image + ")");
    }
    return new GenericContainer<>(DockerImageName.parse(image));
  }

  /// Skips the test where there is no engine, or not the image of the container that Testcontainers
  /// cleans up with. Whatever else goes wrong fails it.
  private static void needEngine() {
    try {
      DockerClientFactory.instance().client();
    } catch (IllegalStateException e) {
      abort("docker: no container engine");
    } catch (ContainerFetchException e) {
      abort(
          "docker: no image testcontainers/ryuk, and none to be pulled"
              + " (load it, or set TESTCONTAINERS_RYUK_DISABLED=true)");
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
    return MountableFile.forHostPath(DEPLOY.resolve(path));
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
