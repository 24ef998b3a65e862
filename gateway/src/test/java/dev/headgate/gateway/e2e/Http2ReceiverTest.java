package dev.headgate.gateway.e2e;

import dev.headgate.gateway.e2e.OtlpClient.Transport;

class Http2ReceiverTest extends ReceiverContract {
  @Override
  Transport transport() {
    return Transport.HTTP_2;
  }
}
