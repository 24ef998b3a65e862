/// What is shown to, or demanded of, the other side of a connection to know it.
@NullMarked
package dev.headgate.pipeline.credentials;

import org.jspecify.annotations.NullMarked;
