set multiplot layout 1, 2
set lmargin 8
file = tables.'kernel-rescaling.tsv'
scales = tables.'kernel-rescaling-scales.tsv'
variances = '0.01 0.1 1'
colours = sprintf('%d %d %d', vermilion, green, blue)
colour(i) = int(word(colours, i))
of(i, name) = column('readout_variance') == real(word(variances, i)) ? column(name) : NaN
set logscale x 2
set xrange [0.9:36]
set xlabel 'N/d'
set ylabel 'β_1 over the exact one, less one, in per cent' offset 1
set yrange [-1.5:7.5]
set key top right
plot \
  1 with filledcurves y1=-1 lc rgb grey fs transparent solid 0.15 title 'within 1 %', \
  0 with lines lw 1 lc rgb black notitle, \
  for [i=1:3] file using (of(i, 'ratio')):(100 * column('equations_deviation')) with linespoints pt 7 lw 2 \
    lc rgb colour(i) title sprintf('equations, σ_a^2 = %s', word(variances, i)), \
  for [i=1:3] file using (of(i, 'ratio')):(100 * column('tree_deviation')) with lines lw 1.5 dt 3 \
    lc rgb colour(i) notitle, \
  for [i=1:3] file using (of(i, 'ratio')):(100 * column('saddle_deviation')) with linespoints pt 4 lw 1.5 dt 2 \
    lc rgb colour(i) notitle, \
  file using (of(3, 'ratio')):(100 * column('lazy_deviation')) with lines lw 1.5 dt 4 lc rgb grey \
    title 'lazy, σ_a^2 = 1', \
  keyentry with lines lw 1.5 dt 3 lc rgb black title 'tree level', \
  keyentry with linespoints pt 4 lw 1.5 dt 2 lc rgb black title 'scalar saddle with determinant'
set ylabel 'scale g_1g_2 of the kernel' offset 1
set logscale y
set yrange [0.9:40]
set ytics (1, 2, 5, 10, 20, 40)
plot \
  for [i=1:3] scales using (of(i, 'ratio')):'exact' with points pt 2 lc rgb colour(i) \
    title sprintf('exact, σ_a^2 = %s', word(variances, i)), \
  for [i=1:3] scales using (of(i, 'ratio')):'saddle' with lines lw 1.5 dt 2 lc rgb colour(i) notitle, \
  for [i=1:3] scales using (of(i, 'ratio')):'tree' with lines lw 1.5 dt 3 lc rgb colour(i) notitle, \
  keyentry with lines lw 1.5 dt 2 lc rgb black title 'saddle with determinant', \
  keyentry with lines lw 1.5 dt 3 lc rgb black title 'tree level'
unset multiplot
