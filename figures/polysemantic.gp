file = tables.'polysemantic.tsv'
colours = '0x000000 0x0072B2 0x009E73 0xB27500 0xD55E00 0xCC79A7'
at(c, name) = abs(column('cosine') - c) < 1e-9 ? column(name) : NaN
# Predicted angles stand in a strip at the top, a line each: some of them are equal.
level(i) = 0.074 - 0.0024 * i
set xrange [-2:90]
set yrange [0:0.074]
set xtics 15
set xlabel 'angle of a specialised neuron from the bisector of the two features (degrees)'
set ylabel 'density a degree, ± s.e. over data sets'
set key top right
plot \
  for [i = 1:cosine_count] file using (at(value('cosine_'.i), 'angle')):(at(value('cosine_'.i), 'density')):\
    (at(value('cosine_'.i), 'standard_error')) \
    with yerrorlines pt -1 lw 1.5 lc rgb int(word(colours, i)) notitle, \
  for [i = 1:cosine_count] file using (at(value('cosine_'.i), 'angle')):(at(value('cosine_'.i), 'density')):\
    (shape(i, column('certified') == column('datasets'))) \
    with points pt variable lc rgb int(word(colours, i)) notitle, \
  for [i = 1:cosine_count] file using (at(value('cosine_'.i), 'feature_angle')):(0) \
    with points pt 2 ps 1.2 lw 2 lc rgb int(word(colours, i)) notitle, \
  for [i = 1:cosine_count] file using (at(value('cosine_'.i), 'predicted_angle')):(level(i)) \
    with points pt 1 ps 1.4 lw 2.5 lc rgb int(word(colours, i)) notitle, \
  for [i = 1:cosine_count] file using (at(value('cosine_'.i), 'angle')):(at(value('cosine_'.i), 'adaptation')) \
    with lines dt 2 lw 1 lc rgb int(word(colours, i)) notitle, \
  for [i = 1:cosine_count] keyentry with linespoints pt shape(i, 1) lw 1.5 lc rgb int(word(colours, i)) \
    title sprintf('cosine %g: bisector over largest %.2f', value('cosine_'.i), value('valley_'.i)), \
  keyentry with lines dt 2 lc rgb black title 'kernel adaptation', \
  keyentry with points pt 2 ps 1.2 lw 2 lc rgb black title 'on the axis: the features', \
  keyentry with points pt 1 ps 1.4 lw 2.5 lc rgb black title 'at the top: φ*, of a first specialist'
