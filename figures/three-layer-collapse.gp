set multiplot title sprintf('slope of the rise, dA/d ln P: ∝ d^{%.2f} at A = 0.2 (95 %%: %.2f … %.2f), d^{%.2f} at A = %g (%.2f … %.2f)', \
  slope_exponent_20, slope_exponent_20_low, slope_exponent_20_high, \
  slope_exponent, alignment_threshold, slope_exponent_low, slope_exponent_high) font ',12'
set lmargin 8.5
set size 0.35, 0.94
set origin 0, 0
colours = '0x2E8BC7 0x0072B2 0x009E73 0xB27500 0xD55E00 0xCC79A7'
file = tables.'three-layer-collapse.tsv'
set key top left reverse Left
set offsets 0, 0, 0.02, 0
set yrange [0:*]
set xrange [0:*]
set xtics 10
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
set size 0.37, 0.94
set origin 0.35, 0
set key samplen 1.5
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
  exp(FACTOR_mean) * x with lines lc rgb vermilion lw 2 title sprintf('%.1f d (factor fitted)', exp(FACTOR_mean)), \
  for [i = 1:(predicted_exponent == predicted_exponent)] file using 'dimension':'predicted' \
    with lines dt 2 lc rgb black lw 2 \
    title sprintf('predicted, slope %.2f', predicted_exponent), \
  file using 'dimension':'samples':'low':'high' with yerrorbars pt -1 lc rgb blue notitle, \
  file using 'dimension':'samples':(mark(column('certified'))) with points pt variable lc rgb blue \
    notitle, \
  keyentry with points pt 7 lc rgb blue title sprintf('sampled, slope %.2f', exponent), \
  keyentry with points pt 6 lc rgb blue title 'a data set uncertified'

file = tables.'three-layer-collapse-windows.tsv'
unset logscale
set size 0.28, 0.94
set origin 0.72, 0
set lmargin 7
set offsets 0.4, 0.4, graph 0.45, graph 0.05
unset xtics
set xtics nomirror out scale 0.6
set xrange [*:*]
set yrange [*:*]
set ytics 0.2
set xlabel 'three neighbouring d'
set ylabel sprintf('exponent of P* in d, alignment %g', alignment_threshold)
# Rows of the alignment that defines P* come first.
last = windows - 1
if (windows > 0) {
  plot \
    1 with lines lw 2 lc rgb black title 'limit', \
    keyentry with points pt 7 lc rgb blue title 'sampled', \
    keyentry with points pt 2 lc rgb black title 'predicted', \
    keyentry with points pt 9 lc rgb vermilion title 'extrapolated', \
    file every ::::last using (column(0)):'predicted':xticlabels(sprintf('%d–%d', column('from'), column('to'))) \
      with points pt 2 lc rgb black notitle, \
    file every ::::last using (column(0) - 0.12):'exponent':'low':'high' with yerrorbars pt 7 lc rgb blue notitle, \
    file every ::::last using (column(0) + 0.12):'extrapolated':'extrapolated_low':'extrapolated_high' \
      with yerrorbars pt 9 lc rgb vermilion notitle
}
unset multiplot
