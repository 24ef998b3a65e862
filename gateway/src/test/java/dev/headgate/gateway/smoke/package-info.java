/// The smoke test itself tested, against backends in this JVM.
@NullMarked
package dev.headgate.gateway.smoke;

import org.jspecify.annotations.NullMarked;
