/// Tests with a container engine: the image, and the gateway in it before real backends. They are
/// skipped, with a line that says why, where there is no engine or no image.
@NullMarked
package dev.headgate.gateway.docker;

import org.jspecify.annotations.NullMarked;
