file = tables.'specialists.tsv'
set autoscale xfix
set offsets graph 0.03, graph 0.05, 0, 0
set yrange [0:*]
set xlabel '√(N/d)'
set ylabel 'specialised neurons, |w·w*| > 0.8' offset 0.5
set key top left reverse Left
set title sprintf('M ∝ N^{%.2f}, 95 %%: %.2f … %.2f (threshold 0.6: %.2f; 1.0: %.2f); the paper: 1/2', \
  exponent, exponent_low, exponent_high, exponent_06, exponent_10)
plot \
  file using 'root_ratio':'at_1.0':'at_0.6' with filledcurves fc rgb sky fs transparent solid 0.3 \
    title 'sampled, thresholds 1.0 … 0.6', \
  file using 'root_ratio':'guide' with lines lc rgb grey dt 3 lw 2 \
    title sprintf('%.2f √(N/d), factor fitted', guide_factor), \
  file using 'root_ratio':'ldt' with linespoints pt 8 lc rgb vermilion lw 2 \
    title 'large deviations at the sampled alignment, nothing fitted', \
  file using 'root_ratio':'specialists':'standard_error' with yerrorbars pt -1 lc rgb blue notitle, \
  file using 'root_ratio':'specialists':(mark(column('certified'))) \
    with points pt variable lc rgb blue notitle, \
  keyentry with points pt 7 lc rgb blue title 'sampled, ± s.e. over data sets', \
  keyentry with points pt 6 lc rgb blue title 'where a data set is not certified'
