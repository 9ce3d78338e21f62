file = tables.'registrations.tsv'
names = 'two-layer-quintic two-layer-wide two-layer-narrow three-layer-wide-first three-layer-wide-second cnn-few-channels'
labels = '"two layers, He_5" "two layers, N = d^2" "two layers, N = 3 d^{1/4}" "three layers, N_1 = d^{3/2}" "three layers, N_2 = d^2" "convolution, C = √S"'
colours = '0x000000 0x0072B2 0x56B4E9 0xD55E00 0xB27500 0x009E73'
of(s, name) = stringcolumn('study') eq s ? column(name) : NaN
stems = 'two_layer_quintic two_layer_wide two_layer_narrow three_layer_wide_first three_layer_wide_second cnn_few_channels'
set logscale xy
set xrange [5:1700]
set xtics (6, 8, 12, 16, 24, 32, 64, 128, 256, 512, 1024)
set ytics (10, 20, 50, 100, 200, 500, 1000, 2000)
stats file using 'samples' nooutput
set yrange [STATS_min / 2:STATS_max * 2]
set xlabel 'input dimension d (of convolutions N_w S)'
set ylabel 'P*'
set key bottom right reverse Left
plot \
  for [i = 1:6] file using (of(word(names, i), 'dimension')):(of(word(names, i), 'fitted')) \
    with lines lc rgb int(word(colours, i)) lw 1 notitle, \
  for [i = 1:6] file using (of(word(names, i), 'dimension')):(of(word(names, i), 'samples')):\
    (of(word(names, i), 'low')):(of(word(names, i), 'high')) \
    with yerrorbars pt -1 lc rgb int(word(colours, i)) notitle, \
  for [i = 1:6] file using (of(word(names, i), 'dimension')):(of(word(names, i), 'samples')):\
    (shape(i, column('certified'))) with points pt variable lc rgb int(word(colours, i)) notitle, \
  for [i = 1:6] keyentry with linespoints pt shape(i, 1) lc rgb int(word(colours, i)) \
    title sprintf('%s: slope %.2f', word(labels, i), value(word(stems, i).'_exponent'))
