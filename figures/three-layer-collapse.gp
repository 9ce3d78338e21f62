set multiplot layout 1, 2 title sprintf('slope of the rise, dA/d ln P: ∝ d^{%.2f} at A = 0.2 (95 %%: %.2f … %.2f), d^{%.2f} at A = %g (%.2f … %.2f)', \
  slope_exponent_20, slope_exponent_20_low, slope_exponent_20_high, \
  slope_exponent, alignment_threshold, slope_exponent_low, slope_exponent_high) font ',12'
set lmargin 8.5
colours = '0x2E8BC7 0x0072B2 0x009E73 0xB27500 0xD55E00 0xCC79A7'
file = tables.'three-layer-collapse.tsv'
set key top left reverse Left
set offsets 0, 0, 0.02, 0
set yrange [0:*]
set xrange [0:*]
set offsets 0, graph 0.03, graph 0.12, 0
set ytics 0.1
set xlabel 'P/d, N₁ = N₂ = d'
set ylabel 'alignment A, ± s.e. over data sets'
at(d, name) = column('dimension') == d ? column(name) : NaN
plot \
  alignment_threshold with lines lc rgb grey dt 3 lw 1.5 notitle, \
  for [i = 1:dimension_count] file using (at(value('dimension_'.i), 'samples_per_dimension')):\
    (at(value('dimension_'.i), 'predicted')) with lines dt 2 lw 1.5 lc rgb int(word(colours, i)) \
    notitle, \
  for [i = 1:dimension_count] file using (at(value('dimension_'.i), 'samples_per_dimension')):\
    (at(value('dimension_'.i), 'alignment')):(at(value('dimension_'.i), 'standard_error')) \
    with yerrorlines pt -1 lw 1.5 lc rgb int(word(colours, i)) notitle, \
  for [i = 1:dimension_count] keyentry with linespoints pt shape(i, 1) lw 1.5 lc rgb int(word(colours, i)) \
    title sprintf('d = %d', value('dimension_'.i)), \
  keyentry with lines dt 2 lw 1.5 lc rgb black title 'predicted', \
  for [i = 1:dimension_count] file using (at(value('dimension_'.i), 'samples_per_dimension')):\
    (at(value('dimension_'.i), 'alignment')):(shape(i, column('certified') == column('datasets'))) \
    with points pt variable lc rgb int(word(colours, i)) notitle

file = tables.'three-layer-collapse-threshold.tsv'
stats file using (log(column('samples')) - log(column('dimension'))) name 'FACTOR' nooutput
set logscale xy
set offsets 0, 0, 0, 0
stats file using 'samples' nooutput
set yrange [0.4 * STATS_min:2.5 * STATS_max]
set xrange [value('dimension_1') / 1.15:value('dimension_'.dimension_count) * 1.17]
set xtics ()
set for [i = 1:dimension_count] xtics add (value('dimension_'.i))
set ytics 100, 2
unset mytics
set xlabel 'd = N₁ = N₂'
set ylabel sprintf('P*: samples for alignment %g', alignment_threshold)
plot \
  exp(FACTOR_mean) * x with lines lc rgb vermilion lw 2 title sprintf('∝ d, the paper; factor fitted, %.1f', exp(FACTOR_mean)), \
  for [i = 1:(predicted_exponent == predicted_exponent)] file using 'dimension':'predicted' \
    with lines dt 2 lc rgb black lw 2 \
    title sprintf('predicted, nothing fitted, slope %.2f', predicted_exponent), \
  file using 'dimension':'samples':'low':'high' with yerrorbars pt -1 lc rgb blue notitle, \
  file using 'dimension':'samples':(mark(column('certified'))) with points pt variable lc rgb blue \
    notitle, \
  keyentry with points pt 7 lc rgb blue title sprintf('sampled, slope %.2f (95 %%: %.2f … %.2f)', \
    exponent, exponent_low, exponent_high), \
  keyentry with points pt 6 lc rgb blue title 'where a data set is not certified'
unset multiplot
