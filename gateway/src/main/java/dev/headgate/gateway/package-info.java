/// The process: receivers, administration, assembly and shutdown.
@NullMarked
package dev.headgate.gateway;

import org.jspecify.annotations.NullMarked;
