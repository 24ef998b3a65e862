package dev.headgate.gateway.real;

import java.net.URI;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.containers.GenericContainer;

/// A backend in a container.
///
/// **Threading:** confined to the test's thread.
///
/// **Ownership:** owns the container.
///
/// @param container started
/// @param port where it is asked
/// @param endpoint how a gateway in its network reaches it
record BackendContainer(GenericContainer<?> container, int port, String endpoint)
    implements RealBackend {
  @Override
  public URI api() {
    return Containers.at(container, port);
  }

  @Override
  public void pause() {
    DockerClientFactory.instance().client().pauseContainerCmd(container.getContainerId()).exec();
  }

  @Override
  public void resume() {
    DockerClientFactory.instance().client().unpauseContainerCmd(container.getContainerId()).exec();
  }

  @Override
  public void close() {
    container.stop();
  }
}
