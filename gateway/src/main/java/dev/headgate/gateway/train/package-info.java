/// The training run of the AOT cache.
@NullMarked
package dev.headgate.gateway.train;

import org.jspecify.annotations.NullMarked;
