/// What flows through the gateway and the memory it is charged to.
@NullMarked
package dev.headgate.pipeline.payload;

import org.jspecify.annotations.NullMarked;
