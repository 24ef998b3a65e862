/// The `attributes` and `resource` processors: actions on the attributes of items and resources.
@NullMarked
package dev.headgate.pipeline.process.attributes;

import org.jspecify.annotations.NullMarked;
