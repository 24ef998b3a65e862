/// Certificates and keys for both sides of TLS, in the terms of the JDK that both transports take.
@NullMarked
package dev.headgate.pipeline.tls;

import org.jspecify.annotations.NullMarked;
