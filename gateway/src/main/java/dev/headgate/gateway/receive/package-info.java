/// What the receivers of both transports share: the sockets that they listen on.
@NullMarked
package dev.headgate.gateway.receive;

import org.jspecify.annotations.NullMarked;
