file = tables.'registrations.tsv'
names = 'two-layer-quintic three-layer-wide-second cnn-few-channels'
labels = '"two layers, He_5, N = d (registered: 1)" "three layers, N_1 = d, N_2 = d^2 (registered: 1)" "convolution, S = N_w, C = √S (registered: 0.625)"'
colours = '0x000000 0xD55E00 0x0072B2'
of(s, name) = stringcolumn('study') eq s ? column(name) : NaN
# A point without an interval has no bar: gnuplot would draw a dash at the axis.
bar(height, low) = low == low ? height : NaN
stems = 'two_layer_quintic three_layer_wide_second cnn_few_channels'
set logscale xy
set xrange [5:1700]
set xtics (6, 8, 12, 16, 24, 32, 64, 128, 256, 512, 1024)
set ytics (10, 20, 50, 100, 200, 500, 1000, 2000)
stats file using 'samples' nooutput
set yrange [STATS_min / 1.5:STATS_max * 4]
set xlabel 'input dimension d (of convolutions N_w S)'
set ylabel 'P*'
set key top right
plot \
  for [i = 1:3] file using (of(word(names, i), 'dimension')):(of(word(names, i), 'fitted')) \
    with lines lc rgb int(word(colours, i)) lw 1 notitle, \
  for [i = 1:3] file using (of(word(names, i), 'dimension')):\
    (bar(of(word(names, i), 'samples'), of(word(names, i), 'low'))):(of(word(names, i), 'low')):(of(word(names, i), 'high')) \
    with yerrorbars pt -1 lc rgb int(word(colours, i)) notitle, \
  for [i = 1:3] file using (of(word(names, i), 'dimension')):(of(word(names, i), 'samples')):\
    (shape(i, column('certified'))) with points pt variable lc rgb int(word(colours, i)) notitle, \
  for [i = 1:3] keyentry with linespoints pt shape(i, 1) lc rgb int(word(colours, i)) \
    title sprintf('%s: slope %.2f', word(labels, i), value(word(stems, i).'_exponent')), \
  keyentry with points pt 6 lc rgb black title 'hollow: not all certified'
